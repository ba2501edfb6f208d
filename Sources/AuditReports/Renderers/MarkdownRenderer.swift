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
    let series = self.series(file)
    guard !file.active.isEmpty else { return title + "✓ no findings; \(summary.coverage)\n" + series }
    let state = file.state.map { ", state \($0.value.rawValue)" } ?? ""
    return title + "\(summary.counts); \(summary.coverage)\(state)\n\n"
      + "| severity | rule | where | what | remedy |\n|---|---|---|---|---|\n"
      + file.active.map(row).joined() + series
  }

  /// What became of the kernels over the checkpoints; empty for a file alone.
  private static func series(_ file: FileReport) -> String {
    guard let table = SeriesTable(file, width: 80) else { return "" }
    let (cells, hidden) = table.rows(limit: KernelTable.usualLimit)
    guard let head = cells.first, cells.count > 1 else { return "" }
    func line(_ cells: [String]) -> String { "| \(cells.map(Markup.markdown).joined(separator: " | ")) |\n" }
    let rule = line([String](repeating: "---", count: head.count))
    let rest = hidden > 0 ? "\n\(NumberText.counted(hidden, "other kernel"))\n" : ""
    return "\n\(Markup.markdown(table.header))\n\n" + line(head) + rule
      + cells.dropFirst().map { line($0 + [String](repeating: "", count: head.count - $0.count)) }.joined()
      + rest
  }

  private static func row(_ reported: ReportedFinding) -> String {
    let finding = reported.finding
    let cells = [reported.place, finding.message, reported.remedy].map { Markup.markdown($0.safe) }
    return
      "| \(finding.severity.glyph) \(finding.severity.rawValue) | \(finding.rule.id) \(finding.rule.name) "
      + "| \(cells.joined(separator: " | ")) |\n"
  }
}
