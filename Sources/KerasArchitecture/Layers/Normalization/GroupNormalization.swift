import SignalGraph
import Tensors

/// `GroupNormalization`: gamma and beta of the size of one axis.
struct GroupNormalization: ShapePreservingLayer {
  static let classNames = ["GroupNormalization"]

  private let groups: Int
  private let axis: Int
  private let hasScale: Bool
  private let hasOffset: Bool
  private let offset, scale: InitializerReference
  private let epsilon: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    groups = try config.integer("groups", default: 32)
    axis = try config.integer("axis", default: -1)
    hasScale = try config.bool("scale", default: true)
    hasOffset = try config.bool("center", default: true)
    offset = try config.initializer("beta_initializer", default: "zeros")
    scale = try config.initializer("gamma_initializer", default: "ones")
    epsilon = try config.double("epsilon", default: 1e-3)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = [try call.knownSize(try call.input, axis: axis)]
    if hasScale { try weights.add("gamma", .scale, size, scale) }
    if hasOffset { try weights.add("beta", .offset, size, offset) }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let size = try? call.knownSize(try call.input, axis: axis) else { return [.opaque] }
    // One group for each channel is spelled −1.
    let units = max(1, CheckedSize(size).divided(by: groups).value ?? 1)
    var normalization = Normalization(.group(units: units), layer, epsilon)
    let places = (try? call.input).flatMap { input in
      call.count(ofAxes: Array((1..<max(1, input.rank)).filter { input.index(ofAxis: axis) != $0 }))
    }
    normalization.count = places.flatMap { CheckedSize.product([units, $0]) }
    return [.normalization(normalization)]
  }
}
