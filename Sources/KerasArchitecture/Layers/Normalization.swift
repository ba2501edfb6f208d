import OrderedJSON
import SignalGraph
import Tensors

/// `BatchNormalization`: gamma, beta and two moving statistics of the size of one axis.
struct BatchNormalization: ShapePreservingLayer {
  static let classNames = [
    "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2",
  ]

  private let axis: Int
  private let hasScale: Bool
  private let hasOffset: Bool
  private let isRenormalized: Bool
  private let keepsSinglePrecision: Bool
  private let offset, scale, mean, variance: InitializerReference
  private let epsilon: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    // tf.keras writes the axis as a list of one.
    let axes = try config.integers("axis", default: [-1])
    guard axes.count == 1 else { throw config.error("axis", expected: "one axis") }
    axis = axes[0]
    hasScale = try config.bool("scale", default: true)
    hasOffset = try config.bool("center", default: true)
    isRenormalized = try config.bool("renorm", default: false)
    keepsSinglePrecision = !config.generation.isKeras3
    offset = try config.initializer("beta_initializer", default: "zeros")
    scale = try config.initializer("gamma_initializer", default: "ones")
    mean = try config.initializer("moving_mean_initializer", default: "zeros")
    variance = try config.initializer("moving_variance_initializer", default: "ones")
    epsilon = try config.double("epsilon", default: 1e-3)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = [try call.knownSize(try call.input, axis: axis)]
    // tf.keras keeps what normalises half-precision signals in single precision.
    let layerDType = try weights.layerDType()
    let dtype = keepsSinglePrecision && layerDType.byteCount == 2 ? .float32 : layerDType
    let learnt = WeightRecorder.Options(dtype: dtype)
    let fixed = WeightRecorder.Options(isTrainable: false, dtype: dtype)
    if hasScale { try weights.add("gamma", .scale, size, scale, learnt) }
    if hasOffset { try weights.add("beta", .offset, size, offset, learnt) }
    try weights.add("moving_mean", .statistic, size, mean, fixed)
    try weights.add("moving_variance", .statistic, size, variance, fixed)
    guard isRenormalized else { return }
    let root = WeightRecorder.Options(isTrainable: false, dtype: dtype, transform: .squareRoot)
    try weights.add("moving_stddev", .statistic, size, weights.clone(variance), root)
    try weights.add("renorm_mean", .statistic, size, weights.clone(mean), fixed)
    try weights.add("renorm_stddev", .statistic, size, weights.clone(variance), root)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.normalization(Normalization(.batch, layer, epsilon))]
  }
}

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
    [.normalization(Normalization(isRootMeanSquare ? .rootMeanSquare : .layer, layer, epsilon))]
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
    [.normalization(Normalization(.rootMeanSquare, layer, epsilon))]
  }
}

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
    // One group for each channel is spelt −1.
    let units = groups > 0 ? max(1, size / groups) : 1
    return [.normalization(Normalization(.group(units: units), layer, epsilon))]
  }
}

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

/// `Normalization`, the preprocessing layer: statistics of the data unless they are given.
struct DataNormalization: ShapePreservingLayer {
  static let classNames = ["Normalization"]

  private let axes: [Int]
  private let isGiven: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    axes = config.object["axis"]?.isNull == true ? [] : try config.integers("axis", default: [-1])
    isGiven = config["mean"] != nil
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    guard !isGiven else { return }
    let input = try call.input
    var sizes: [Int] = []
    for axis in axes.map({ input.index(ofAxis: $0) ?? $0 }).sorted() {
      sizes.append(try call.knownSize(input, axis: axis))
    }
    let fixed = WeightRecorder.Options(isTrainable: false)
    try weights.add("mean", .statistic, sizes, weights.fixedInitializer("zeros"), fixed)
    try weights.add("variance", .statistic, sizes, weights.fixedInitializer("ones"), fixed)
    try weights.add(
      "count", .statistic, [], weights.fixedInitializer("zeros"), .init(isTrainable: false, dtype: .int64))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}

extension Normalization {
  /// A normalisation by the weights that Keras's layers have.
  fileprivate init(_ kind: Kind, _ layer: Layer, _ epsilon: Double) {
    self.init(
      kind, scale: layer.weight("gamma") ?? layer.weight("scale"), offset: layer.weight("beta"),
      epsilon: epsilon)
  }
}
