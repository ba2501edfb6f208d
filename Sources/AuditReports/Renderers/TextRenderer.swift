import Text
import WeightAudit

/// A report for people at a terminal: the header, findings with their remedies, kernels, signals, the
/// verdict; behind several files a line about all of them.
enum TextRenderer: ReportRenderer {
  static let name = "text"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let files = report.files.map { FileText($0, options).text }.joined(separator: "\n")
    // A series is one report about many files.
    guard report.files.count > 1, !report.files.contains(where: { $0.series != nil }) else { return files }
    let lines = TextWrapping.lines(report.verdict, width: options.width, hangingIndent: "  ")
    return files + "\n" + lines.joined(separator: "\n") + "\n"
  }
}
