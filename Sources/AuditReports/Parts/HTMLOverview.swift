import Text
import WeightAudit

/// The verdicts on several files at the top of a page, and what its signs mean at the end.
enum HTMLOverview {
  /// - Returns: a table with a line for each file; empty for one file alone.
  static func html(_ report: AuditReport) -> String {
    guard report.files.count > 1 else { return "" }
    let rows = report.files.enumerated().map { number, file in row(file, number) }
    return """
      <section>
      <h1>\(Markup.escaped(report.verdict))</h1>
      <div class="scroll"><table>
      <thead><tr><th></th><th>file</th><th>verdict</th><th>state</th><th>kernels</th>\
      <th>values</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      </section>
      """
  }

  private static func row(_ file: FileReport, _ number: Int) -> String {
    let name = "<a href=\"#f\(number)\">\(Markup.escaped(file.path.safe))</a>"
    guard file.failure == nil else {
      let reason = Markup.escaped((file.failureReason ?? "").safe)
      return
        "<tr class=\"error\"><td>✖</td><td>\(name)</td><td>\(reason)</td><td></td><td></td><td></td></tr>"
    }
    let verdict = file.worst == nil ? "no findings" : FileSummary(file).counts
    return
      "<tr class=\"\(file.worst?.rawValue ?? "ok")\"><td>\(file.worst?.glyph ?? "✓")</td><td>\(name)</td>"
      + "<td>\(verdict)</td><td>\(file.state?.value.rawValue ?? "declarations")</td>"
      + "<td class=\"n\">\(NumberText.count(file.kernels.count))</td>"
      + "<td class=\"n\">\(NumberText.count(file.weightCount))</td></tr>"
  }
}
