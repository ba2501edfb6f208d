import Tensors
import Text
package import WeightAudit

/// What was found in one file.
package struct FileReport: Sendable {
  /// What the file is, apart from its values.
  package struct Container: Sendable, Hashable {
    /// The container as wtool calls it; `architecture` for a model without weights.
    package let format: String
    package let kerasVersion: String?
    /// The number of steps that the optimizer has taken, if the file tells.
    package let iterations: Int?

    /// Whether such a file does not describe its model.
    var isWeightsAlone: Bool { ["h5-weights", "weights.h5", "weights.json"].contains(format) }

    package init(format: String, kerasVersion: String? = nil, iterations: Int? = nil) {
      self.format = format
      self.kerasVersion = kerasVersion
      self.iterations = iterations
    }
  }

  /// What was measured in a file and predicted from it.
  package struct Content: Sendable {
    let state: AuditState?
    let tensors: [AuditedTensor]
    let signals: [LayerSignal]

    /// - Parameters:
    ///   - state: whether the weights are fresh or trained; `nil` for an architecture.
    ///   - tensors: in the order of the file.
    ///   - signals: the predicted scale of signals and gradients; empty without an architecture.
    package init(state: AuditState? = nil, tensors: [AuditedTensor] = [], signals: [LayerSignal] = []) {
      self.state = state
      self.tensors = tensors
      self.signals = signals
    }
  }

  /// A tensor that could not be judged, or not in full.
  package struct Skipped: Sendable, Hashable {
    package let tensor: String
    package let reason: String
    /// Whether the rules that need no declaration judged it all the same.
    package let isPartial: Bool

    package init(tensor: String, reason: String, isPartial: Bool = false) {
      self.tensor = tensor
      self.reason = reason
      self.isPartial = isPartial
    }
  }

  package let path: String
  /// Why it could not be audited; `nil` if it was.
  package let failure: String?
  package let container: Container
  package let state: AuditState?
  package let tensors: [AuditedTensor]
  /// The predicted scale of signals and gradients; empty without an architecture.
  package let signals: [LayerSignal]
  package let findings: [ReportedFinding]
  package let skipped: [Skipped]
  /// What was changed before; `nil` if nothing was to be.
  package var repair: RepairSummary?
  /// What became of the weights, if the file is the last one of a series.
  package var series: SeriesSummary?
  /// What a second look at kernels told, by their paths; empty if none was wanted.
  package var details: [String: KernelDetails] = [:]
  /// How many findings `--fix` can do something about.
  package var fixableCount = 0

  package init(
    path: String, container: Container, content: Content = Content(), findings: [ReportedFinding],
    skipped: [Skipped] = []
  ) {
    self.path = path
    failure = nil
    self.container = container
    state = content.state
    tensors = content.tensors
    signals = content.signals
    self.findings = findings.map { reported in
      var reported = reported
      reported.isOfWeightsAlone = container.isWeightsAlone
      return reported
    }
    self.skipped = skipped
  }

  /// The report of a file that could not be audited.
  package init(path: String, failure: String) {
    self.path = path
    self.failure = failure
    container = Container(format: "")
    state = nil
    tensors = []
    signals = []
    findings = []
    skipped = []
  }

  /// The report without the tensors and signals of other layers than those that a glob means; `nil` means
  /// all.
  package func narrowed(to layers: String?) -> FileReport {
    guard let layers, failure == nil else { return self }
    let kept = tensors.filter { Glob.matches($0.layer, layers) }
    let names = Set(kept.map(\.name))
    var report = FileReport(
      path: path, container: container,
      content: Content(
        state: state, tensors: kept, signals: signals.filter { Glob.matches($0.layer, layers) }),
      findings: findings, skipped: skipped.filter { names.contains($0.tensor) })
    (report.repair, report.fixableCount) = (repair, fixableCount)
    report.series = series?.narrowed(to: layers)
    report.details = details
    return report
  }

  /// Whether a layer of the file is called like this.
  package func hasLayer(_ layers: String) -> Bool {
    tensors.contains { Glob.matches($0.layer, layers) } || signals.contains { Glob.matches($0.layer, layers) }
  }

  /// The findings that count: neither suppressed nor in the baseline.
  package var active: [ReportedFinding] { findings.filter(\.isActive) }

  /// The severity of the worst finding that counts; `nil` if there is none.
  var worst: Severity? { active.map(\.finding.severity).max() }

  var kernels: [AuditedTensor] { tensors.filter { $0.role?.connectsUnits == true } }

  var weightCount: Int { tensors.map(\.spec.elementCount).saturatingSum }

  func count(_ severity: Severity) -> Int { active.count { $0.finding.severity == severity } }

  /// The failure without the path that it begins with; `nil` if there is none.
  var failureReason: String? {
    guard let failure, failure.hasPrefix("\(path):") else { return failure }
    return String(failure.dropFirst(path.count + 1).drop { $0 == " " })
  }
}
