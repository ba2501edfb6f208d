import SignalGraph

/// Layers that pass the signal on: its shape and, on average, its scale are unchanged.
struct PassThrough: ShapePreservingLayer {
  static let classNames = ["Identity", "ActivityRegularization", "Masking"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}
