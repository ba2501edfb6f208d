import SignalGraph

/// `StochasticDepth` of ConvNeXt: drops whole branches.
struct StochasticDepth: ShapePreservingLayer {
  static let classNames = ["StochasticDepth"]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    if config.generation.isKeras3 { config.seedGenerator() }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
