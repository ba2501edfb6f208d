import OrderedJSON
import SignalGraph

/// `InputLayer`: the shape of a model's input.
struct InputLayer: LayerKind {
  static let classNames = ["InputLayer"]

  let inputShape: PartialShape?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let key = ["batch_shape", "batch_input_shape"].first(where: { config[$0] != nil }) else {
      guard config["shape"] != nil else {
        throw config.place.error("`batch_shape` is missing; expected a list such as [null, 28, 28, 1]")
      }
      guard let shape = PartialShape(json: config["shape"]) else {
        throw config.error("shape", expected: "a list of sizes or nulls")
      }
      inputShape = PartialShape([nil] + shape.dimensions)
      return
    }
    guard let shape = PartialShape(json: config[key]), shape.rank > 0 else {
      throw config.error(key, expected: "a list of sizes or nulls, the batch's first")
    }
    inputShape = shape
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.source] }

  /// An input layer in Keras 3's form.
  static func form(name: String, _ shape: PartialShape, dtype: String?, isSparse: Bool = false) -> JSONValue {
    [
      "module": "keras.layers", "class_name": "InputLayer",
      "config": [
        "batch_shape": shape.json, "dtype": .string(dtype ?? "float32"), "sparse": .bool(isSparse),
        "name": .string(name),
      ],
      "registered_name": .null,
    ]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    let old = form.config
    form.config = [
      "batch_shape": (inputShape ?? .unknown).json,
      "dtype": .string((old["dtype"] ?? old["input_dtype"])?.stringValue ?? "float32"),
      "sparse": old["sparse"] == true ? true : false, "name": .string(layer.name.upgradedName),
    ]
    if old["ragged"] == true {
      upgrader.refuse(layer, "its input is ragged, which needs TensorFlow's own tensors")
    }
  }
}
