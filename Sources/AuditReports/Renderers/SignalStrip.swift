import SignalGraph
import WeightAudit

/// How signals and gradients change with depth, a column for each layer or for a few of them.
struct SignalStrip {
  private let signals: [LayerSignal]
  private let width: Int

  /// - Parameters:
  ///   - signals: of the layers, in order.
  ///   - width: how many columns a line may take.
  init(_ signals: [LayerSignal], width: Int) {
    self.signals = signals
    self.width = width
  }

  /// Two lines; none where nothing is known.
  var lines: [String] {
    let strips = [("signal →", signals.map(\.forward)), ("gradient ←", signals.map(\.gradient))]
      .compactMap { name, values -> String? in
        let known = values.compactMap(\.self)
        guard let first = known.first, let last = known.last, known.count > 1 else { return nil }
        let label = name + String(repeating: " ", count: max(0, 10 - name.count))
        let (start, end) = (Numbers.short(first), Numbers.short(last))
        let columns = max(8, width - label.count - start.count - end.count - 6)
        return "  \(label) \(start) \(Self.bars(values, columns: columns)) \(end)"
      }
    return strips.isEmpty
      ? []
      : strips + [
        "  root mean squares, layer by layer: ▁ is 1e-3 or less, ▄ 1, █ 1e3 or more"
      ]
  }

  /// Of each column's layers the one that is farthest from one.
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

/// The same as a plot over six decades.
enum SignalPlot {
  private static let width = 960.0
  private static let height = 200.0
  private static let decades = -6.0...6.0

  /// - Returns: an element for a page; empty where nothing is known.
  static func svg(_ signals: [LayerSignal]) -> String {
    let lines = [
      ("forward", "signal", signals.map(\.forward)), ("gradient", "gradient", signals.map(\.gradient)),
    ]
    guard lines.contains(where: { $0.2.compactMap(\.self).count > 1 }) else { return "" }
    let band =
      "<rect class=\"band\" x=\"0\" y=\"\(place(3))\" width=\"\(short(width))\" height=\"\(short(height / 2))\"/>"
    let axis = [-3.0, 0, 3].map { decade in
      "<path class=\"axis\" d=\"M0 \(place(decade))h\(short(width))\"/><text x=\"4\" y=\"\(short(y(decade) - 4))\">"
        + "\(decade == 0 ? "1" : decade < 0 ? "1e-3" : "1e3")</text>"
    }.joined()
    let drawn = lines.map { kind, name, values in polyline(kind, name, values, signals) }.joined(
      separator: "\n")
    return """
      <h2>Signal propagation</h2>
      <p class="why">Root mean square of each layer's output for unit inputs (<span class="forward">● signal</span>), and of \
      the gradient with respect to it for a unit gradient at the outputs (<span class="gradient">▲ gradient</span>), from the \
      first layer to the last. Between 1e-3 and 1e3 all is well.</p>
      <div class="scroll"><svg class="plot" viewBox="0 0 \(short(width)) \(short(height))" role="img" \
      aria-label="\(Markup.escaped(summary(signals)))">
      \(band)\(axis)
      \(drawn)
      </svg></div>
      """
  }

  /// What the plot shows, in words.
  private static func summary(_ signals: [LayerSignal]) -> String {
    func range(_ values: [Double]) -> String {
      guard let low = values.min(), let high = values.max() else { return "unknown" }
      return "\(Numbers.short(low)) to \(Numbers.short(high))"
    }
    return
      "signals \(range(signals.compactMap(\.forward))), gradients \(range(signals.compactMap(\.gradient)))"
  }

  private static func polyline(
    _ kind: String, _ name: String, _ values: [Double?], _ signals: [LayerSignal]
  ) -> String {
    let step = width / Double(max(1, values.count))
    var path = ""
    var marks: [String] = []
    var isDrawing = false
    for (index, value) in values.enumerated() {
      guard let value else {
        isDrawing = false
        continue
      }
      let (x, y) = (
        (Double(index) + 0.5) * step, y(value > 0 ? Elementary.decimalLogarithm(value) : decades.lowerBound)
      )
      path += "\(isDrawing ? "L" : "M")\(short(x)) \(short(y))"
      isDrawing = true
      let title = "<title>\(Markup.escaped(signals[index].layer)): \(name) \(Numbers.short(value))</title>"
      marks.append(
        kind == "forward"
          ? "<circle cx=\"\(short(x))\" cy=\"\(short(y))\" r=\"3\">\(title)</circle>"
          : "<path class=\"mark\" d=\"M\(short(x - 3)) \(short(y + 3))h6l-3 -6z\">\(title)</path>")
    }
    return "<g class=\"\(kind)\"><path class=\"line\" d=\"\(path)\"/>\(marks.joined())</g>"
  }

  private static func y(_ decade: Double) -> Double {
    let clamped = min(max(decade, decades.lowerBound), decades.upperBound)
    return height * (decades.upperBound - clamped) / (decades.upperBound - decades.lowerBound)
  }

  private static func place(_ decade: Double) -> String { short(y(decade)) }

  private static func short(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
