package import AuditReports
import Failures
import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
package import WeightAudit
package import WeightFiles

/// A description of a model whose declared initializers are changed so that findings go.
///
/// Everything else of the text stays as it is: order, spelling, blanks. What no finding is about is not
/// changed, and a repaired description is not changed again.
package struct ArchitectureRepair: Sendable {
  /// What decides about findings.
  package struct Options: Sendable {
    package var overrides = ArchitectureInput.Overrides()
    /// The standard deviation of the model's inputs.
    package var inputDeviation = 1.0
    /// The findings that count.
    package var isWanted: @Sendable (Finding) -> Bool = { _ in true }
    /// Whether notes of zeros and of scales count, which may be of what is meant to be so.
    package var countsNotes = false

    package init() {}
  }

  /// The repaired description.
  package let document: ModelDocument
  /// What was read of it.
  package let input: ArchitectureInput
  /// What was changed, in the order of the model.
  package let changes: [RepairSummary.Change]
  /// What is found in the repaired declarations.
  package let findings: [Finding]
  package let signals: [LayerSignal]
  /// The text before, and where it lies in the file: a description that was encoded twice is a string.
  private let original: [UInt8]
  /// The bytes of the file.
  private let given: [UInt8]
  private let isEncodedTwice: Bool

  /// More rounds than any model needs.
  private static let roundLimit = 64

  /// - Parameters:
  ///   - name: what the user calls the document.
  ///   - document: what was read.
  ///   - options: what decides about findings.
  /// - Throws: what is wrong with the description, or why its text cannot be edited.
  package init(
    _ name: String, _ document: ModelDocument, _ options: Options = Options()
  ) throws(ModelFileError) {
    var document = document
    given = document.text
    document.text = ForeignDocument.utf8(document.text)
    original = document.text
    isEncodedTwice = Self.inner(of: &document)
    if !document.startsAsJSON, ForeignText.isYAML(document.text) {
      throw ModelFileError(
        .unsupported, in: name, "it is YAML, which cannot be edited; `wtool upgrade` makes JSON of it")
    }
    var state = try State(name, document, options)
    if try ForeignDocument.model(in: state.json(name)) != nil {
      throw ModelFileError(
        .unsupported, in: name,
        "the model is wrapped in another document, which cannot be edited; expected what Keras's "
          + "model.to_json() returns")
    }
    let first = state
    var edited: [DeclarationEdit] = []
    for stage in RepairStage.allCases {
      // What is mended may uncover something else.
      for _ in 0..<Self.roundLimit {
        let json = try state.json(name)
        let changes = DeclarationChange.all(for: state.findings, in: state.graph, stage)
        let edits = DeclarationEdit.all(changes, state.plan, in: json)
        guard !edits.isEmpty, let text = JSONEditor(state.document.text).applying(edits.map(\.edit)) else {
          break
        }
        var next = state.document
        next.text = text
        let repaired = try State(name, next, options)
        guard stage == .faulty || repaired.isBetter(than: state) else { break }
        state = repaired
        edited += edits
      }
    }
    self.document = state.document
    input = state.input
    findings = state.allFindings
    signals = state.signals
    changes = Self.changes(edited, from: first, to: state, try first.json(name), try state.json(name))
  }

  /// The text as it is to be written.
  package var text: [UInt8] {
    if changes.isEmpty { return given }
    guard isEncodedTwice, let range = JSONParser.ranges(of: [.root], in: original)[.root] else {
      return document.text
    }
    let string = JSONValue.string(String(decoding: document.text, as: UTF8.self)).pythonText()
    return original[..<range.lowerBound] + Array(string.utf8) + original[range.upperBound...]
  }

  /// The text before and after, with a line for each value if it has no lines of its own.
  package var compared: (before: [String], after: [String]) {
    func lines(_ text: [UInt8]) -> [String] {
      var document = ModelDocument(text: ForeignDocument.utf8(text), kerasVersion: nil, isFile: true)
      _ = Self.inner(of: &document)
      let hasLines = document.text.dropLast().contains(UInt8(ascii: "\n"))
      let text =
        hasLines ? document.text : Array(((try? JSONParser.parse(document.text))?.prettyText() ?? "").utf8)
      return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
        String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
      }
    }
    return (lines(original), lines(text))
  }

  /// Whether a text is the description of a model at all.
  package static func isModel(_ document: ModelDocument) -> Bool {
    ForeignDocument.isModel(document.text) || ForeignText.isYAML(ForeignDocument.utf8(document.text))
  }

  /// The report of the repaired description.
  ///
  /// - Parameters:
  ///   - output: where it was written; `nil` if it was not.
  ///   - reported: what the user has decided about findings.
  /// - Returns: what is left, and what was changed.
  package func report(output: String?, reported: ([Finding]) -> [ReportedFinding]) -> FileReport {
    var report = FileReport(
      path: output ?? input.name,
      container: .init(format: "architecture", kerasVersion: input.architecture.generation.version),
      content: .init(signals: signals), findings: reported(findings))
    report.repair = RepairSummary(changes: changes, output: output)
    return report
  }

  /// What was changed, one line each.
  package var notes: [String] {
    RepairSummary(changes: changes, output: nil).groups.map { "changed in \($0.layers): \($0.declaration)" }
  }

  /// Unpacks a description that was encoded twice; returns whether it was.
  private static func inner(of document: inout ModelDocument) -> Bool {
    guard case .string(let text)? = try? JSONParser.parse(document.text) else { return false }
    document.text = Array(text.utf8)
    return true
  }

  /// A description and what is found in it.
  private struct State {
    let document: ModelDocument
    let input: ArchitectureInput
    let plan: WeightPlan
    let graph: WeightedGraph
    /// Those that count.
    let findings: [Finding]
    let allFindings: [Finding]

    init(_ name: String, _ document: ModelDocument, _ options: Options) throws(ModelFileError) {
      self.document = document
      input = try ArchitectureInput(name, document, options.overrides)
      plan = try input.plan(seed: 0, backend: .standard)
      let audit = DeclarationAudit(plan, inputDeviation: options.inputDeviation)
      graph = audit.graph
      allFindings = audit.findings
      findings = allFindings.filter { finding in
        options.isWanted(finding) && (options.countsNotes || !Self.mayBeMeant(finding))
      }
    }

    /// Whether it is a note of zeros or of a scale, as of the head of a policy or of a flow.
    private static func mayBeMeant(_ finding: Finding) -> Bool {
      let families: [RuleFamily?] = [.symmetry, .scale, .propagation]
      return finding.severity == .note && families.contains(finding.rule.id.family)
    }

    var signals: [LayerSignal] { LayerSignal.all(in: graph) }

    func json(_ name: String) throws(ModelFileError) -> JSONValue {
      do throws(TextSyntaxError) { return try JSONParser.parse(document.text) } catch {
        throw ModelFileError(.malformed, in: name, error.reason, cause: error)
      }
    }

    /// Whether it has fewer findings of the most serious kind in which the two differ.
    func isBetter(than other: State) -> Bool {
      for severity in Severity.allCases.sorted(by: >) {
        let (own, others) = (
          findings.count { $0.severity == severity }, other.findings.count { $0.severity == severity }
        )
        if own != others { return own < others }
      }
      return false
    }
  }

  private static func changes(
    _ edits: [DeclarationEdit], from first: State, to last: State, _ before: JSONValue, _ after: JSONValue
  ) -> [RepairSummary.Change] {
    var seen: Set<JSONPointer> = []
    let distinct = edits.filter { seen.insert($0.object[$0.key]).inserted }
    let signals = first.signals.keyed()
    let repaired = last.signals.keyed()
    return distinct.sorted { $0.weights[0] < $1.weights[0] }.map { edit in
      RepairSummary.Change(
        layer: edit.layer, field: edit.key, before: summary(edit, first, before),
        after: summary(edit, last, after), signals: signals[edit.layer],
        repairedSignals: repaired[edit.layer])
    }
  }

  /// An initializer as reports call it, or what another argument is.
  private static func summary(_ edit: DeclarationEdit, _ state: State, _ json: JSONValue) -> String {
    let value = edit.existing(in: json)
    if case .bool(let flag)? = value { return flag ? "True" : "False" }
    guard let planned = state.plan.weights[edit.weights[0]], edit.key != "unit_forget_bias"
    else { return value?.pythonText() ?? "" }
    let seed = value?["config"]?["seed"]?.intValue.map { ", seed \($0)" } ?? ""
    return planned.initializerSummary + seed
  }
}

extension [LayerSignal] {
  fileprivate func keyed() -> [String: LayerSignal] {
    Dictionary(map { ($0.layer, $0) }) { $1 }
  }
}
