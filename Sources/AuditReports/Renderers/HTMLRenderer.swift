import OrderedJSON
import Text
import WeightAudit

/// A page that loads nothing from the network: verdict, findings, kernels with their histograms; the JSON
/// report is inside.
enum HTMLRenderer: ReportRenderer {
  static let name = "html"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    // `</script>` must not end the element early.
    let json = JSONRenderer.document(report).pythonText().replacing("<", with: "\\u003c")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>wtool inspect</title>
      <style>
      \(PageStyle.css)
      </style>
      </head>
      <body>
      <main>
      \(HTMLOverview.html(report))
      \(files(report))
      <footer>wtool \(text(report.version))</footer>
      </main>
      <script type="application/json" id="report">\(json)</script>
      </body>
      </html>

      """
  }

  private static func files(_ report: AuditReport) -> String {
    report.files.enumerated().map { file($1, number: $0, of: report.files.count) }.joined(separator: "\n")
  }

  private static func file(_ file: FileReport, number: Int, of count: Int) -> String {
    let name = text(file.path)
    if let failure = file.failure {
      return "<section id=\"f\(number)\"><h1>\(name)</h1><p class=\"error\">✖ \(text(failure))</p></section>"
    }
    // Of many files those without findings are opened by who wants to see them.
    guard count > 1, file.active.isEmpty else {
      return "<section id=\"f\(number)\">\n<h1>\(name)</h1>\n\(contents(file, number: number))\n</section>"
    }
    return """
      <section id="f\(number)">
      <details>
      <summary><h1>\(name)</h1> <span class="ok">✓ no findings</span></summary>
      \(contents(file, number: number))
      </details>
      </section>
      """
  }

  private static func contents(_ file: FileReport, number: Int) -> String {
    let summary = FileSummary(file)
    let verdict = file.worst.map { "\($0.glyph) \(summary.counts)" } ?? "✓ no findings"
    let facts =
      summary.origin
      + [summary.coverage, "\(NumberText.count(file.weightCount)) values", summary.state].compactMap(\.self)
    let unjudged = summary.unjudged.map { "<li>\(text($0.words))</li>" }
    return """
      <p class="verdict \(file.worst?.rawValue ?? "ok")">\(text(verdict))</p>
      <p class="facts">\(text(facts.joined(separator: " · ")))</p>
      \(file.active.map { finding($0, file: number) }.joined(separator: "\n"))
      \(SignalPlot.svg(file.signals))
      \(kernels(file))
      \(SeriesCurves.html(file))
      \(DetailHTML.html(file))
      \(unjudged.isEmpty ? "" : "<h2>Not judged in full</h2>\n<ul>\(unjudged.joined())</ul>")
      """
  }

  private static func finding(_ reported: ReportedFinding, file: Int) -> String {
    let finding = reported.finding
    let folded =
      finding.folded.isEmpty
      ? "" : " <span class=\"also\">also \(finding.folded.map(\.description).joined(separator: ", "))</span>"
    return """
      <article class="\(finding.severity.rawValue)" id="f\(file)-\(reported.id)">
      <h2>\(finding.severity.glyph) \(finding.severity.rawValue) \(finding.rule.id) \(finding.rule.name) \
      <code>\(text(reported.place))</code></h2>
      <p>\(code(finding.message))\(folded)</p>
      <p class="why">\(text(finding.rule.rationale))</p>
      <p class="remedy">Remedy: \(code(reported.remedy))</p>
      </article>
      """
  }

  /// Text in which what stands between backticks is code.
  private static func code(_ text: String) -> String {
    let parts = text.safe.split(separator: "`", omittingEmptySubsequences: false).map {
      Markup.escaped(String($0))
    }
    guard !parts.count.isMultiple(of: 2) else { return Self.text(text) }
    return parts.enumerated().map { $0.isMultiple(of: 2) ? $1 : "<code>\($1)</code>" }.joined()
  }

  private static func kernels(_ file: FileReport) -> String {
    guard !file.kernels.isEmpty else { return "" }
    return """
      <h2>Kernels</h2>
      <div class="scroll"><table>
      <thead><tr><th></th><th>kernel</th><th>shape</th><th>initializer</th><th>std</th><th>declared</th>\
      <th>×</th><th>values</th><th>rules</th></tr></thead>
      <tbody>
      \(KernelRow.all(in: file).map(row).joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private static func row(_ row: KernelRow) -> String {
    """
    <tr class="\(row.severity?.rawValue ?? "ok")"><td>\(row.glyph)</td>\
    <td><code>\(text(row.name))</code></td>\
    <td>\(row.shape)</td><td>\(text(row.initializer))</td><td class="n">\(row.deviationText)</td>\
    <td class="n">\(row.declaredText)</td><td class="n">\(row.ratioText)</td><td>\(histogram(row))</td>\
    <td>\(row.rulesText)</td></tr>
    """
  }

  /// Forty bars; dashes mark the ends of what the initializer can draw.
  private static func histogram(_ row: KernelRow) -> String {
    let histogram = row.histogram(bins: 40)
    let scale = histogram.range.upperBound
    let largest = max(1, histogram.counts.max() ?? 1)
    let bars = histogram.counts.enumerated().filter { $0.element > 0 }.map { bin, count in
      let height = max(1, count * 30 / largest)
      return "M\(bin * 4) 32v-\(height)h3v\(height)z"
    }.joined()
    let limits = row.support.map { [$0.lowerBound, $0.upperBound] } ?? []
    let ends = limits.filter { abs($0) < scale && (row.declaredDeviation ?? 0) > 0 }.compactMap { value in
      Int(exactly: ((value + scale) / (2 * scale) * 160).rounded(.down)).map {
        "<path class=\"limit\" d=\"M\($0) 0v32\"/>"
      }
    }.joined()
    let end = ReportNumber.short(scale)
    let axis =
      "<path class=\"axis\" d=\"M0 32.5h160M80 32v3\"/><text x=\"0\" y=\"43\">-\(end)</text>"
      + "<text x=\"80\" y=\"43\" text-anchor=\"middle\">0</text>"
      + "<text x=\"160\" y=\"43\" text-anchor=\"end\">\(end)</text>"
    return
      "<svg width=\"160\" height=\"44\" viewBox=\"0 0 160 44\" role=\"img\" aria-label=\"\(row.rangeText)\">"
      + "<title>\(row.rangeText)</title><path d=\"\(bars)\"/>\(ends)\(axis)</svg>"
  }

  /// Text from a file or from wtool, safe to show.
  private static func text(_ text: String) -> String { Markup.escaped(text.safe) }
}
