import SignalGraph
import Text
import WeightAudit

/// A plot of how signals and gradients change with depth, over twelve decades.
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
      "<rect class=\"band\" x=\"0\" y=\"\(position(3))\" width=\"\(Markup.short(width))\" "
      + "height=\"\(Markup.short(height / 2))\"/>"
    let axis = [-3.0, 0, 3].map { decade in
      "<path class=\"axis\" d=\"M0 \(position(decade))h\(Markup.short(width))\"/><text x=\"4\" "
        + "y=\"\(Markup.short(y(decade) - 4))\">"
        + "\(decade == 0 ? "1" : decade < 0 ? "1e-3" : "1e3")</text>"
    }.joined()
    let drawn = lines.map { kind, name, values in polyline(kind, name, values, signals) }.joined(
      separator: "\n")
    return """
      <h2>Signal propagation</h2>
      <p class="why">Root mean square of each layer's output for unit inputs (<span class="forward">● \
      signal</span>), and of \
      the gradient with respect to it for a unit gradient at the outputs (<span class="gradient">▲ \
      gradient</span>), from the \
      first layer to the last. Values between 1e-3 and 1e3 are healthy.</p>
      <div class="scroll"><svg class="plot" viewBox="0 0 \(Markup.short(width)) \(Markup.short(height))" \
      role="img" \
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
      return "\(ReportNumber.short(low)) to \(ReportNumber.short(high))"
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
      path += "\(isDrawing ? "L" : "M")\(Markup.short(x)) \(Markup.short(y))"
      isDrawing = true
      let title =
        "<title>\(Markup.escaped(signals[index].layer.safe)): \(name) \(ReportNumber.short(value))</title>"
      let corner = "M\(Markup.short(x - 3)) \(Markup.short(y + 3))"
      marks.append(
        kind == "forward"
          ? "<circle cx=\"\(Markup.short(x))\" cy=\"\(Markup.short(y))\" r=\"3\">\(title)</circle>"
          : "<path class=\"mark\" d=\"\(corner)h6l-3 -6z\">\(title)</path>")
    }
    return "<g class=\"\(kind)\"><path class=\"line\" d=\"\(path)\"/>\(marks.joined())</g>"
  }

  private static func y(_ decade: Double) -> Double {
    let clamped = min(max(decade, decades.lowerBound), decades.upperBound)
    return height * (decades.upperBound - clamped) / (decades.upperBound - decades.lowerBound)
  }

  private static func position(_ decade: Double) -> String { Markup.short(y(decade)) }
}
