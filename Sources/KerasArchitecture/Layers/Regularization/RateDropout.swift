import OrderedJSON
import SignalGraph

/// The dropout layers, which make a seed generator unless their rate is zero.
struct RateDropout: ShapePreservingLayer {
  static let classNames = [
    "Dropout", "AlphaDropout", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
  ]

  private let rate: Double
  /// Whether it only sets values to zero and scales the others.
  private let isPlain: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard config["rate"] != nil else { throw config.error("rate", expected: "a number between 0 and 1") }
    rate = try config.double("rate", default: 0)
    isPlain = !["AlphaDropout", "GaussianDropout"].contains(config.className)
    guard (0...1).contains(rate) else { throw config.error("rate", expected: "a number between 0 and 1") }
    if rate > 0 { config.seedGenerator() }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [isPlain ? .dropout(rate: rate) : .passThrough]
  }
}
