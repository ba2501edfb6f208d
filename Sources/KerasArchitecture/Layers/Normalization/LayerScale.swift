import OrderedJSON
import SignalGraph
import Tensors

/// `LayerScale` of ConvNeXt: one factor for each channel.
struct LayerScale: ShapePreservingLayer {
  static let classNames = ["LayerScale"]

  private let size: Int
  private let value: JSONValue
  private let weightName: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    size = try config.positive("projection_dim")
    value = JSONValue(try config.double("init_values", default: 1e-6))
    // The weight has no name in the layer; these are the names that Keras gives such a weight.
    weightName = config.generation.isKeras3 ? "variable" : "Variable"
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let config = JSONObject([.init(key: "value", value: value)])
    try weights.add(weightName, .scale, [size], weights.fixedInitializer("Constant", config: config))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [layer.weight(weightName).map(SignalOperation.scaling) ?? .opaque]
  }
}
