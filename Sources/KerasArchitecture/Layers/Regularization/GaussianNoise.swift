import SignalGraph

/// `GaussianNoise`: noise in training only.
struct GaussianNoise: ShapePreservingLayer {
  static let classNames = ["GaussianNoise"]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard config["stddev"] != nil else { throw config.error("stddev", expected: "a number") }
    if try config.double("stddev", default: 0) > 0 { config.seedGenerator() }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
