import Text
import WeightAudit

/// A table for a pull request's comment or a job's summary.
enum MarkdownRenderer: ReportRenderer {
  static let name = "markdown"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.map(file).joined(separator: "\n")
  }

  private static func file(_ file: FileReport) -> String {
    let title = "### `\(file.path.safe.replacing("`", with: "'"))`\n\n"
    if let failure = file.failure { return title + "✖ \(Markup.markdown(failure.safe))\n" }
    let summary = FileSummary(file)
    guard !file.active.isEmpty else { return title + "✓ no findings; \(summary.coverage)\n" }
    let state = file.state.map { ", state \($0.value.rawValue)" } ?? ""
    return title + "\(summary.counts); \(summary.coverage)\(state)\n\n"
      + "| severity | rule | where | what | remedy |\n|---|---|---|---|---|\n"
      + file.active.map(row).joined()
  }

  private static func row(_ reported: ReportedFinding) -> String {
    let finding = reported.finding
    let cells = [reported.place, finding.message, reported.remedy].map { Markup.markdown($0.safe) }
    return
      "| \(finding.severity.glyph) \(finding.severity.rawValue) | \(finding.rule.id) \(finding.rule.name) "
      + "| \(cells.joined(separator: " | ")) |\n"
  }
}
