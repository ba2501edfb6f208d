import Text
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

  /// `30 files: 10 with errors, 20 clean`. A file counts by the worst that was found in it.
  var verdict: String {
    let audited = files.filter { $0.failure == nil }
    var parts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = audited.count { $0.worst == severity }
      return count > 0 ? "\(NumberText.count(count)) with \(severity.rawValue)s" : nil
    }
    let clean = audited.count { $0.worst == nil }
    if clean > 0 { parts.append("\(NumberText.count(clean)) clean") }
    let failed = files.count - audited.count
    if failed > 0 { parts.append("\(NumberText.count(failed)) that could not be audited") }
    return "\(NumberText.count(files.count)) files: \(parts.joined(separator: ", "))"
  }
}
