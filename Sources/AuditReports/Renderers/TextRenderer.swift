/// A report for people at a terminal: the header, findings with their remedies, kernels, signals, the
/// verdict.
enum TextRenderer: ReportRenderer {
  static let name = "text"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.map { FileText($0, options).text }.joined(separator: "\n")
  }
}
