import Text
import WeightAudit

/// A report for people at a terminal: the header, findings with their remedies, kernels, signals, the
/// verdict; behind several files a line about all of them.
enum TextRenderer: ReportRenderer {
  static let name = "text"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let files = report.files.map { FileText($0, options).text }.joined(separator: "\n")
    guard report.files.count > 1 else { return files }
    let lines = TextWrapping.lines(verdict(report), width: options.width, hangingIndent: "  ")
    return files + "\n" + lines.joined(separator: "\n") + "\n"
  }

  /// `30 files: 10 with errors, 20 clean`. A file counts by the worst that was found in it.
  private static func verdict(_ report: AuditReport) -> String {
    let audited = report.files.filter { $0.failure == nil }
    var parts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = audited.count { $0.worst == severity }
      return count > 0 ? "\(NumberText.count(count)) with \(severity.rawValue)s" : nil
    }
    let clean = audited.count { $0.worst == nil }
    if clean > 0 { parts.append("\(NumberText.count(clean)) clean") }
    let failed = report.files.count - audited.count
    if failed > 0 { parts.append("\(NumberText.count(failed)) that could not be audited") }
    return "\(NumberText.count(report.files.count)) files: \(parts.joined(separator: ", "))"
  }
}
