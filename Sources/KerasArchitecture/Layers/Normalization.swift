import OrderedJSON
import SignalGraph

/// `BatchNormalization`: gamma, beta and two moving statistics of the size of one axis.
struct BatchNormalization: ShapePreservingLayer {
  static let classNames = ["BatchNormalization"]

  private let axis: Int
  private let hasScale: Bool
  private let hasOffset: Bool
  private let offset, scale, mean, variance: InitializerReference

  init(_ config: LayerConfig) throws(ArchitectureError) {
    // tf.keras writes the axis as a list of one.
    let axes = try config.integers("axis", default: [-1])
    guard axes.count == 1 else { throw config.error("axis", expected: "one axis") }
    axis = axes[0]
    hasScale = try config.bool("scale", default: true)
    hasOffset = try config.bool("center", default: true)
    guard try !config.bool("renorm", default: false) else {
      throw config.place.error("`renorm` is not supported yet", at: config.pointer["renorm"])
    }
    offset = try config.initializer("beta_initializer", default: "zeros")
    scale = try config.initializer("gamma_initializer", default: "ones")
    mean = try config.initializer("moving_mean_initializer", default: "zeros")
    variance = try config.initializer("moving_variance_initializer", default: "ones")
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = [try call.knownSize(try call.input, axis: axis)]
    if hasScale { try weights.add("gamma", .scale, size, scale) }
    if hasOffset { try weights.add("beta", .offset, size, offset) }
    try weights.add("moving_mean", .statistic, size, mean, isTrainable: false)
    try weights.add("moving_variance", .statistic, size, variance, isTrainable: false)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.normalization] }
}

/// `LayerNormalization`: gamma and beta of the sizes of its axes.
struct LayerNormalization: ShapePreservingLayer {
  static let classNames = ["LayerNormalization"]

  private let axes: [Int]
  private let hasScale: Bool
  private let hasOffset: Bool
  private let offset, scale: InitializerReference

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let axes = try config.integers("axis", default: [-1])
    // Keras 3 sorts the axes as they are written, negative ones first; Keras 2 keeps their order.
    self.axes = config.generation.isKeras3 ? axes.sorted() : axes
    let isRootMeanSquare = try config.bool("rms_scaling", default: false)
    hasScale = try config.bool("scale", default: true) || isRootMeanSquare
    hasOffset = try config.bool("center", default: true) && !isRootMeanSquare
    offset = try config.initializer("beta_initializer", default: "zeros")
    scale = try config.initializer("gamma_initializer", default: "ones")
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

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.normalization] }
}
