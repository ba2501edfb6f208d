import SignalGraph
import Tensors
import Text
import WeightAudit

/// What became of each kernel over the checkpoints, as curves for a page.
enum SeriesCurves {
  private static let width = 150.0
  private static let height = 36.0

  /// - Returns: a section of a page; empty where nothing was followed.
  static func html(_ file: FileReport) -> String {
    guard let summary = file.series, !summary.followed().isEmpty else { return "" }
    let header = SeriesTable(file, width: 80)?.header ?? ""
    let rows = summary.followed().map { row($0, summary) }
    return """
      <h2>Over the checkpoints</h2>
      <p class="why">\(Markup.escaped(header)). Changes are ‖ΔW‖ / ‖W‖ from each checkpoint to the next, on \
      a logarithmic scale; the other curves reach from their smallest to their largest value.</p>
      <div class="scroll"><table>
      <thead><tr><th>kernel</th><th>change</th><th>norm</th><th>largest σ</th><th>stable rank</th></tr>\
      </thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private static func row(_ history: TensorHistory, _ summary: SeriesSummary) -> String {
    let names = summary.series.checkpoints.map(\.words)
    let ratios = history.changes.map { $0.map(\.ratio) }
    let cells = [
      curve(ratios, Array(names.dropFirst()), isLogarithmic: true), curve(history.points.map(\.norm), names),
      curve(history.points.map(\.spectralNorm), names), curve(history.points.map(\.stableRank), names),
    ]
    return "<tr><td><code>\(Markup.escaped(history.tensor.name.safe))</code></td>"
      + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
  }

  /// A curve with its first and last value beside it.
  private static func curve(_ values: [Double?], _ names: [String], isLogarithmic: Bool = false) -> String {
    let known = values.compactMap(\.self).filter(\.isFinite)
    guard let lowest = known.min(), let highest = known.max() else { return "–" }
    func place(_ value: Double) -> Double {
      guard isLogarithmic else { return highest > lowest ? (value - lowest) / (highest - lowest) : 0.5 }
      return value > 0 ? min(1, max(0, (Elementary.decimalLogarithm(value) + 6) / 6)) : 0
    }
    let step = width / Double(max(1, values.count - 1))
    var path = ""
    var marks = ""
    var isDrawing = false
    for (index, value) in values.enumerated() {
      guard let value, value.isFinite else {
        isDrawing = false
        continue
      }
      let (x, y) = (4 + Double(index) * step, 3 + (height - 6) * (1 - place(value)))
      path += "\(isDrawing ? "L" : "M")\(Markup.short(x)) \(Markup.short(y))"
      isDrawing = true
      let name = index < names.count ? names[index] : ""
      marks +=
        "<circle cx=\"\(Markup.short(x))\" cy=\"\(Markup.short(y))\" r=\"2.5\"><title>"
        + "\(Markup.escaped(name.safe)): \(ReportNumber.short(value))</title></circle>"
    }
    let ends = [known.first, known.last].compactMap(\.self).map(ReportNumber.short)
    let label = Set(ends).count == 1 ? ends[0] : ends.joined(separator: " → ")
    return "<svg class=\"curve\" width=\"158\" height=\"36\" viewBox=\"0 0 158 36\" role=\"img\" "
      + "aria-label=\"\(label)\"><path class=\"line\" d=\"\(path)\"/>\(marks)</svg><br>\(label)"
  }
}
