package import WeightAudit

/// The result of a run, ready for any renderer.
package struct AuditReport: Sendable {
  /// In the order of the command line.
  package let files: [FileReport]
  /// The version of wtool.
  package let version: String

  package init(files: [FileReport], version: String) {
    self.files = files
    self.version = version
  }

  /// The number of findings of a severity, without suppressed ones and those of a baseline.
  package func count(_ severity: Severity) -> Int {
    files.reduce(0) { $0 + $1.active.count { $0.finding.severity == severity } }
  }
}
