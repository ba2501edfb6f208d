import OrderedJSON
import Tensors
import WeightAudit

/// One page, without a network: verdict, findings, kernels with their histograms; the JSON report is inside.
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
      \(style)
      </style>
      </head>
      <body>
      <main>
      \(report.files.enumerated().map { file($1, number: $0) }.joined(separator: "\n"))
      <footer>wtool \(Markup.escaped(report.version))</footer>
      </main>
      <script type="application/json" id="report">\(json)</script>
      </body>
      </html>

      """
  }

  private static func file(_ file: FileReport, number: Int) -> String {
    let name = Markup.escaped(file.path)
    if let failure = file.failure {
      return "<section><h1>\(name)</h1><p class=\"error\">✖ \(Markup.escaped(failure))</p></section>"
    }
    let worst = file.active.map(\.finding.severity).max()
    let verdict = worst.map { "\($0.glyph) \(file.summaryCounts)" } ?? "✓ no findings"
    var facts = [file.format]
    if let version = file.kerasVersion { facts.append("Keras \(version)") }
    facts.append(
      "\(Numbers.count(file.checkedCount)) of \(Numbers.count(file.tensors.count)) tensors checked")
    facts.append("\(Numbers.count(file.weightCount)) values")
    if let state = file.state { facts.append("state: \(state.value.rawValue) (\(state.reason))") }
    let skipped = file.skippedReasons.map { item in
      "<li>\(Markup.escaped(item.first))\(item.count > 1 ? " and \(item.count - 1) more" : ""): "
        + "\(Markup.escaped(item.reason))</li>"
    }
    return """
      <section>
      <h1>\(name)</h1>
      <p class="verdict \(worst?.rawValue ?? "ok")">\(Markup.escaped(verdict))</p>
      <p class="facts">\(Markup.escaped(facts.joined(separator: " · ")))</p>
      \(file.active.map { finding($0, file: number) }.joined(separator: "\n"))
      \(SignalPlot.svg(file.signals))
      \(kernels(file))
      \(skipped.isEmpty ? "" : "<h2>Not judged</h2>\n<ul>\(skipped.joined())</ul>")
      </section>
      """
  }

  private static func finding(_ reported: ReportedFinding, file: Int) -> String {
    let finding = reported.finding
    let folded =
      finding.folded.isEmpty
      ? "" : " <span class=\"also\">also \(finding.folded.joined(separator: ", "))</span>"
    return """
      <article class="\(finding.severity.rawValue)" id="f\(file)-\(reported.id)">
      <h2>\(finding.severity.glyph) \(finding.severity.rawValue) \(finding.rule.id) \(finding.rule.name) \
      <code>\(Markup.escaped(reported.place))</code></h2>
      <p>\(code(finding.message))\(folded)</p>
      <p class="why">\(Markup.escaped(finding.rule.rationale))</p>
      <p class="fix">Fix: \(Markup.escaped(finding.remedy))</p>
      </article>
      """
  }

  /// What stands between backticks is code.
  private static func code(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map {
      Markup.escaped(String($0))
    }
    guard !parts.count.isMultiple(of: 2) else { return Markup.escaped(text) }
    return parts.enumerated().map { $0.isMultiple(of: 2) ? $1 : "<code>\($1)</code>" }.joined()
  }

  private static func kernels(_ file: FileReport) -> String {
    guard !file.kernels.isEmpty else { return "" }
    let rows = file.kernels.map { kernel -> String in
      let found = file.active.filter { $0.finding.path == kernel.path }
      let expected = kernel.declaration?.expectations.first
      let deviation = kernel.measurements.standardDeviation
      let ratio = expected.flatMap { $0.standardDeviation > 0 ? deviation / $0.standardDeviation : nil }
      let severity = found.map(\.finding.severity).max()
      return """
        <tr class="\(severity?.rawValue ?? "ok")"><td>\(severity?.glyph ?? "✓")</td>\
        <td><code>\(Markup.escaped(kernel.name))</code></td>\
        <td>\(kernel.spec.shape.dimensions.map(String.init).joined(separator: "×"))</td>\
        <td>\(Markup.escaped(kernel.declaration?.initializer ?? "–"))</td><td class="n">\(Numbers.short(deviation))</td>\
        <td class="n">\(expected.map { Numbers.short($0.standardDeviation) } ?? "–")</td>\
        <td class="n">\(ratio.map { Numbers.short($0) } ?? "–")</td><td>\(histogram(kernel))</td>\
        <td>\(found.flatMap { [$0.finding.rule.id] + $0.finding.folded }.joined(separator: " "))</td></tr>
        """
    }
    return """
      <h2>Kernels</h2>
      <div class="scroll"><table>
      <thead><tr><th></th><th>kernel</th><th>shape</th><th>initializer</th><th>std</th><th>declared</th><th>×</th>\
      <th>values</th><th>rules</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  /// Forty bars across ±3.2 declared standard deviations; dashes mark the ends of what the initializer can draw.
  private static func histogram(_ kernel: AuditedTensor) -> String {
    let expected = kernel.declaration?.expectations.first
    let deviation = expected.map(\.standardDeviation) ?? 0
    let scale =
      3.2 * (deviation > 0 ? deviation : max(kernel.measurements.rootMeanSquare, .leastNormalMagnitude))
    let counts = Histogram.counts(kernel.measurements.sample, range: -scale...scale, bins: 40)
    let largest = max(1, counts.max() ?? 1)
    let bars = counts.enumerated().filter { $0.element > 0 }.map { place, count in
      let height = max(1, count * 30 / largest)
      return "M\(place * 4) 32v-\(height)h3v\(height)z"
    }.joined()
    let ends = (expected?.support).map { support in
      [support.lowerBound, support.upperBound].filter { abs($0) < scale && deviation > 0 }.map { value in
        let place = Int((value + scale) / (2 * scale) * 160)
        return "<path class=\"limit\" d=\"M\(place) 0v32\"/>"
      }.joined()
    }
    let label =
      "values from \(kernel.measurements.range.map { Numbers.short($0.lowerBound) } ?? "–") to "
      + "\(kernel.measurements.range.map { Numbers.short($0.upperBound) } ?? "–")"
    return "<svg width=\"160\" height=\"32\" viewBox=\"0 0 160 32\" role=\"img\" aria-label=\"\(label)\">"
      + "<title>\(label)</title><path d=\"\(bars)\"/>\(ends ?? "")</svg>"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1c1e21; --paper: #fff; --soft: #6a7077; --line: #d8dce0;
      --error: #b3261e; --warning: #8a5a00; --note: #00617a; --ok: #1b6e2f; --bar: #5b7fa6; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e6e9; --paper: #16181b; --soft: #9aa1a9;
      --line: #34393f; --error: #ff8a80; --warning: #ffc35c; --note: #6fd0ea; --ok: #7bd88f; --bar: #7fa3cc; } }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
    main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.5rem; }
    h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 1rem; margin: 0 0 .25rem; }
    code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
    .verdict { font-size: 1.15rem; font-weight: 600; margin: .25rem 0; } .facts, .why, .also, footer { color: var(--soft); }
    article { border-left: 4px solid var(--line); padding: .5rem 1rem; margin: 1rem 0; } article p { margin: .15rem 0; }
    article.error { border-color: var(--error); } article.warning { border-color: var(--warning); }
    article.note { border-color: var(--note); }
    p.error, p.verdict.error, article.error h2, tr.error td:first-child { color: var(--error); }
    p.verdict.warning, article.warning h2, tr.warning td:first-child { color: var(--warning); }
    p.verdict.note, article.note h2, tr.note td:first-child { color: var(--note); }
    p.verdict.ok, tr.ok td:first-child { color: var(--ok); }
    section + section { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 2rem; }
    section > h2 { margin-top: 2rem; } .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
    td.n { font-variant-numeric: tabular-nums; } svg path { fill: var(--bar); }
    svg.plot { width: 100%; min-width: 40rem; height: auto; } svg.plot text { font-size: 11px; fill: var(--soft); }
    svg .band { fill: var(--ok); opacity: .08; } svg path.axis { stroke: var(--line); fill: none; }
    svg path.line { fill: none; stroke-width: 1.2; opacity: .6; } .forward { color: var(--bar); }
    .gradient { color: var(--warning); } svg .forward path.line { stroke: var(--bar); }
    svg .forward circle { fill: var(--bar); } svg .gradient path.line { stroke: var(--warning); }
    svg .gradient path.mark { fill: var(--warning); }
    svg path.limit { stroke: var(--soft); stroke-dasharray: 3 3; fill: none; } footer { margin-top: 3rem; }
    """
}
