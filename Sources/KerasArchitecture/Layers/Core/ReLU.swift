import OrderedJSON
import SignalGraph
import Tensors

/// `ReLU`, also with a slope, a threshold or a ceiling, and Keras 2's `ThresholdedReLU`.
struct ReLU: ShapePreservingLayer {
  static let classNames = ["ReLU", "ThresholdedReLU"]

  private let slope: Double
  private let ceiling: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    slope = try config.double("negative_slope", default: 0)
    ceiling = try config.double("max_value", default: .infinity)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.activation(.rectifier(negativeSlope: slope, ceiling: ceiling))]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    let threshold = (form.config["theta"] ?? form.config["threshold"])?.doubleValue ?? 0
    if threshold < 0 { upgrader.refuse(layer, "its threshold is \(threshold): in Keras 3 none is below 0") }
    guard form.className == "ThresholdedReLU" else { return }
    form.className = "ReLU"
    form.config["threshold"] = form.config["theta"] ?? 1.0
    form.config["theta"] = nil
    upgrader.note(
      .unproved, layer,
      "ThresholdedReLU is a ReLU with a threshold: an input equal to the threshold passes now")
  }
}

/// `LeakyReLU`: the slope is called `alpha` in Keras 2.
struct LeakyReLU: ShapePreservingLayer {
  static let classNames = ["LeakyReLU"]

  private let slope: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let key = config["alpha"] == nil ? "negative_slope" : "alpha"
    slope = try config.double(key, default: 0.3)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.activation(.rectifier(negativeSlope: slope))]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    guard let slope = form.config["alpha"] else { return }
    form.config["negative_slope"] = slope
    form.config["alpha"] = nil
  }
}

/// `PReLU`: alpha of the input's shape without the batch, one where axes are shared.
struct PReLU: ShapePreservingLayer {
  static let classNames = ["PReLU"]

  private let sharedAxes: [Int]
  private let initializer: InitializerReference

  init(_ config: LayerConfig) throws(ArchitectureError) {
    sharedAxes = try config.integers("shared_axes", default: [])
    initializer = try config.initializer("alpha_initializer", default: "zeros")
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let input = try call.input
    for axis in sharedAxes where !(1..<max(1, input.rank)).contains(axis) {
      throw call.error("`shared_axes` names axis \(axis), which the input's shape \(input) does not have")
    }
    let sizes = try call.knownSizes(input, except: sharedAxes)
    try weights.add("alpha", .activation, sizes, initializer)
  }

  /// A pass-through follows, as slopes of their own break the symmetry between units, which a plain
  /// activation keeps.
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.activation(.relu), .passThrough]
  }
}
