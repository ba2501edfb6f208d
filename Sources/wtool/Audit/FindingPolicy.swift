import AuditReports
import KerasArchitecture
import OrderedJSON
import Tensors
import Text
import WeightAudit

/// What the user has said of findings: which rules run, what is ignored, how bad things are, what is known already.
struct FindingPolicy {
  /// Rules or their prefixes; empty means all.
  var rules: [String] = []
  var ignored: [Ignored] = []
  var severities: [String: Severity] = [:]
  /// The identifiers of findings that are known.
  var baseline: Set<String> = []

  /// Which layers count; `nil` means all.
  var layers: String?

  /// `SYM007` or `SYM007:target/*`, and why.
  struct Ignored: Sendable {
    let rule: String
    let place: String?
    let reason: String

    init(rule: String, place: String?, reason: String) {
      self.rule = rule
      self.place = place
      self.reason = reason
    }

    init(_ text: String, reason: String? = nil) {
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      self.init(
        rule: parts.first ?? "", place: parts.count > 1 ? parts[1] : nil, reason: reason ?? "--ignore \(text)"
      )
    }

    func matches(_ finding: Finding) -> Bool {
      guard finding.rule.id.hasPrefix(rule) else { return false }
      guard let place else { return true }
      return Glob.matches(finding.layer, place) || Glob.matches(finding.tensor ?? finding.layer, place)
    }
  }

  /// Refuses what is no rule and no beginning of one.
  static func check(_ rule: String) throws(CommandFailure) {
    guard !rule.isEmpty, RuleCatalog.descriptors.contains(where: { $0.id.hasPrefix(rule) }) else {
      throw CommandFailure("there is no rule \(rule.clipped); wtool rules lists them", .usage)
    }
  }

  func isWanted(_ rule: RuleDescriptor) -> Bool {
    rules.isEmpty || rules.contains { rule.id.hasPrefix($0) }
  }

  func reported(_ findings: [Finding], file: String) -> [ReportedFinding] {
    var numbers: [String: Int] = [:]
    let wanted = findings.filter { finding in
      finding.layer.isEmpty || layers.map { Glob.matches(finding.layer, $0) } ?? true
    }
    let reported = wanted.map { finding -> ReportedFinding in
      var finding = finding
      let chosen = severities.filter { finding.rule.id.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
      if let chosen { finding.severity = chosen.value }
      // Of values nothing goes in: a finding keeps its identifier while weights are trained.
      let place = "\(finding.rule.id)|\(finding.path ?? finding.layer)"
      numbers[place, default: 0] += 1
      let id = String(SHA256.hexDigest(Array("\(place)|\(numbers[place] ?? 0)".utf8)).prefix(16))
      let ignoring = ignored.first { $0.matches(finding) }
      return ReportedFinding(
        finding, id: id,
        suppression: ignoring?.reason,
        isNew: !baseline.contains(id))
    }
    // Severities may have changed the order.
    return reported.enumerated().sorted { one, other in
      let (a, b) = (one.element.finding.severity, other.element.finding.severity)
      return a == b ? one.offset < other.offset : a > b
    }.map(\.element)
  }
}

/// The findings that are known already, in a file.
enum Baseline {
  static let schema = "wtool-baseline-1"

  static func text(_ files: [FileReport]) -> String {
    let ids = Set(files.flatMap(\.findings).map(\.id)).sorted()
    let document: JSONValue = ["schema": .string(schema), "findings": .array(ids.map { .string($0) })]
    return document.prettyText() + "\n"
  }

  /// - Parameters:
  ///   - bytes: the contents of a baseline, or of a report in JSON.
  ///   - name: what the user calls the file.
  /// - Returns: the identifiers of its findings.
  /// - Throws: if it is neither.
  static func identifiers(_ bytes: [UInt8], _ name: String) throws(CommandFailure) -> Set<String> {
    let json: JSONValue
    do throws(JSONSyntaxError) { json = try JSONParser.parse(bytes) } catch {
      throw CommandFailure("\(name):\(error.position): not a baseline: \(error.reason)", .usage)
    }
    if let ids = json["findings"]?.arrayValue { return Set(ids.compactMap(\.stringValue)) }
    guard let files = json["files"]?.arrayValue else {
      throw CommandFailure(
        "\(name): expected a baseline of --write-baseline or a report of --format json", .usage)
    }
    return Set(files.flatMap { $0["findings"]?.arrayValue ?? [] }.compactMap { $0["id"]?.stringValue })
  }
}
