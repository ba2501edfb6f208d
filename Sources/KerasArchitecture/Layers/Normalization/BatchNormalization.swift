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
    // tf.keras keeps these weights in single precision even if the layer computes in half precision.
    let layerDType = try weights.layerDType()
    let dtype = keepsSinglePrecision && layerDType.byteCount == 2 ? .float32 : layerDType
    let learned = WeightRecorder.Options(dtype: dtype)
    let fixed = WeightRecorder.Options(isTrainable: false, dtype: dtype)
    if hasScale { try weights.add("gamma", .scale, size, scale, learned) }
    if hasOffset { try weights.add("beta", .offset, size, offset, learned) }
    try weights.add("moving_mean", .statistic, size, mean, fixed)
    try weights.add("moving_variance", .statistic, size, variance, fixed)
    guard isRenormalized else { return }
    let root = WeightRecorder.Options(isTrainable: false, dtype: dtype, transform: .squareRoot)
    try weights.add("moving_stddev", .statistic, size, weights.clone(variance), root)
    try weights.add("renorm_mean", .statistic, size, weights.clone(mean), fixed)
    try weights.add("renorm_stddev", .statistic, size, weights.clone(variance), root)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    var normalization = Normalization(.batch, layer, epsilon)
    normalization.count = (try? call.input).flatMap { input in
      call.count(ofAxes: input.dimensions.indices.filter { input.index(ofAxis: axis) != $0 })
    }
    return [.normalization(normalization)]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.className = "BatchNormalization"
    if layer.config.className == "SyncBatchNormalization" { form.config["synchronized"] = true }
    // Keras 1 normalizes each sample by itself in mode 1, and by the batch in mode 2.
    form.config["axis"] = JSONValue(axis)
  }
}
