import SignalGraph

/// `UnitNormalization`: nothing to learn.
struct UnitNormalization: ShapePreservingLayer {
  static let classNames = ["UnitNormalization"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    // Another axis than the last has another size, which matters only to the scale that is predicted.
    guard let size = try? call.input.last, size > 0 else { return [.opaque] }
    return [.normalization(Normalization(.unitLength(size)))]
  }
}
