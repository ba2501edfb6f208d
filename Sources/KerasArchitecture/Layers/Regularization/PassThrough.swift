import SignalGraph

/// Layers that hand the signal on: it keeps its shape and, on average, its scale.
struct PassThrough: ShapePreservingLayer {
  static let classNames = ["Identity", "ActivityRegularization", "Masking"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
