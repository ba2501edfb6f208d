import SignalGraph
import Text
import WeightAudit

/// How signals and gradients change with depth, a column for each layer or for a few of them.
struct SignalStrip {
  private let signals: [LayerSignal]
  private let width: Int

  /// - Parameters:
  ///   - signals: of the layers, in order.
  ///   - width: the number of columns.
  init(_ signals: [LayerSignal], width: Int) {
    self.signals = signals
    self.width = width
  }

  /// A line for signals, one for gradients, and the legend; none where nothing is known.
  var lines: [String] {
    let strips = [("signal →", signals.map(\.forward)), ("gradient ←", signals.map(\.gradient))]
      .compactMap { name, values -> String? in
        let known = values.compactMap(\.self)
        guard let first = known.first, let last = known.last, known.count > 1 else { return nil }
        let label = name + String(repeating: " ", count: max(0, 10 - name.count))
        let (start, end) = (ReportNumber.short(first), ReportNumber.short(last))
        let columns = max(8, width - label.count - start.count - end.count - 6)
        return "  \(label) \(start) \(Self.bars(values, columns: columns)) \(end)"
      }
    guard !strips.isEmpty else { return [] }
    let legend = "root mean square of each layer: ▁ is 1e-3 or less, ▄ is 1, █ is 1e3 or more"
    return strips + TextWrapping.lines(legend, width: width, indent: "  ")
  }

  /// For each column, the value of its layers that is farthest from 1.
  private static func bars(_ values: [Double?], columns: Int) -> String {
    let glyphs = Array("▁▂▃▄▅▆▇█")
    let count = min(columns, values.count)
    return String(
      (0..<count).map { column -> Character in
        let part = values[column * values.count / count..<(column + 1) * values.count / count]
        let decades = part.compactMap(\.self).map { value in
          value > 0 ? Elementary.decimalLogarithm(value) : -.infinity
        }
        guard let farthest = decades.max(by: { abs($0) < abs($1) }) else { return " " }
        let level = 3 + farthest * (farthest < 0 ? 1 : 4.0 / 3)
        return glyphs[Int(min(max(level, 0), 7).rounded())]
      })
  }
}
