import SignalGraph

/// `UnitNormalization`: no weights.
struct UnitNormalization: ShapePreservingLayer {
  static let classNames = ["UnitNormalization"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    // The last axis is assumed. The size of another one would only change the predicted scale.
    guard let size = try? call.input.last, size > 0 else { return [.opaque] }
    return [.normalization(Normalization(.unitLength(size)))]
  }
}
