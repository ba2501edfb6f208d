import SignalGraph
import Tensors

/// `LayerNormalization`: gamma and beta of the sizes of its axes.
struct LayerNormalization: ShapePreservingLayer {
  static let classNames = ["LayerNormalization"]

  private let axes: [Int]
  private let isRootMeanSquare: Bool
  private let hasScale: Bool
  private let hasOffset: Bool
  private let offset, scale: InitializerReference
  private let epsilon: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let axes = try config.integers("axis", default: [-1])
    // Keras 3 sorts the axes as they are written, negative ones first; Keras 2 keeps their order.
    self.axes = config.generation.isKeras3 ? axes.sorted() : axes
    isRootMeanSquare = try config.bool("rms_scaling", default: false)
    hasScale = try config.bool("scale", default: true) || isRootMeanSquare
    hasOffset = try config.bool("center", default: true) && !isRootMeanSquare
    offset = try config.initializer("beta_initializer", default: "zeros")
    scale = try config.initializer("gamma_initializer", default: "ones")
    epsilon = try config.double("epsilon", default: 1e-3)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let input = try call.input
    var sizes: [Int] = []
    for axis in axes {
      sizes.append(try call.knownSize(input, axis: axis))
    }
    if hasScale { try weights.add("gamma", .scale, sizes, scale) }
    if hasOffset { try weights.add("beta", .offset, sizes, offset) }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    var normalization = Normalization(isRootMeanSquare ? .rootMeanSquare : .layer, layer, epsilon)
    normalization.count = call.count(ofAxes: axes)
    return [.normalization(normalization)]
  }
}

/// `RMSNormalization`: a scale of the sizes of its axes.
struct RMSNormalization: ShapePreservingLayer {
  static let classNames = ["RMSNormalization"]

  private let axes: [Int]
  private let epsilon: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    axes = try config.integers("axis", default: [-1]).sorted()
    epsilon = try config.double("epsilon", default: 1e-6)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let input = try call.input
    var sizes: [Int] = []
    for axis in axes { sizes.append(try call.knownSize(input, axis: axis)) }
    try weights.add("scale", .scale, sizes, weights.fixedInitializer("ones"))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    var normalization = Normalization(.rootMeanSquare, layer, epsilon)
    normalization.count = call.count(ofAxes: axes)
    return [.normalization(normalization)]
  }
}
