import Tensors
package import WeightAudit

/// Everything that a run has found, ready for any renderer.
package struct AuditReport: Sendable {
  /// In the order of the command line.
  package let files: [FileReport]
  package let version: String

  package init(files: [FileReport], version: String) {
    self.files = files
    self.version = version
  }

  /// How many findings there are of a severity, suppressed ones and those of a baseline left out.
  package func count(_ severity: Severity) -> Int {
    files.reduce(0) { $0 + $1.active.filter { $0.finding.severity == severity }.count }
  }
}

/// What was found in one file.
package struct FileReport: Sendable {
  package let path: String
  /// Why it could not be audited.
  package let failure: String?
  /// The container, in Keras's words; `architecture` for a model without weights.
  package let format: String
  package let kerasVersion: String?
  package let state: AuditState?
  package let iterations: Int?
  package let tensors: [AuditedTensor]
  /// How large signals and gradients are predicted to be; empty without an architecture.
  package let signals: [LayerSignal]
  package let findings: [ReportedFinding]
  /// What could not be judged, and why.
  package let skipped: [Skipped]

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

  package init(
    path: String, format: String, kerasVersion: String?, state: AuditState?, iterations: Int?,
    tensors: [AuditedTensor], signals: [LayerSignal] = [], findings: [ReportedFinding], skipped: [Skipped]
  ) {
    self.path = path
    failure = nil
    self.format = format
    self.kerasVersion = kerasVersion
    self.state = state
    self.iterations = iterations
    self.tensors = tensors
    self.signals = signals
    self.findings = findings
    self.skipped = skipped
  }

  package init(path: String, failure: String) {
    self.path = path
    self.failure = failure
    format = ""
    kerasVersion = nil
    state = nil
    iterations = nil
    tensors = []
    signals = []
    findings = []
    skipped = []
  }

  /// The findings that count: neither suppressed nor in the baseline.
  package var active: [ReportedFinding] { findings.filter { $0.suppression == nil && $0.isNew } }

  var kernels: [AuditedTensor] { tensors.filter { $0.role?.connectsUnits == true } }

  var weightCount: Int { tensors.reduce(0) { $0 + $1.spec.elementCount } }

  func count(_ severity: Severity) -> Int { active.filter { $0.finding.severity == severity }.count }
}

/// A finding with what the user has said of it.
package struct ReportedFinding: Sendable {
  package let finding: Finding
  /// The same for the same rule and tensor in every run: it does not depend on values.
  package let id: String
  /// Why it does not count.
  package let suppression: String?
  /// Whether the baseline has it not.
  package let isNew: Bool

  package init(_ finding: Finding, id: String, suppression: String?, isNew: Bool) {
    self.finding = finding
    self.id = id
    self.suppression = suppression
    self.isNew = isNew
  }
}
