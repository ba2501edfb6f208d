import OrderedJSON
import SignalGraph

/// `Activation`: a function by its name.
struct ActivationLayer: ShapePreservingLayer {
  static let classNames = ["Activation"]

  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard config["activation"] != nil else { throw config.error("activation", expected: "a function's name") }
    activation = config.activation()
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(activation)] }

  /// The hard sigmoid of Keras 2, which Keras 3 does not have, has no weights before it that could make up
  /// for that: it becomes the two layers that it is made of.
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    guard layer.config.hardSigmoidDivisor() == 5 else { return }
    let dtype = upgrader.policy(form.config["dtype"])
    func part(_ className: String, _ suffix: String, _ fields: JSONObject) -> JSONValue {
      var config = fields
      config["name"] = .string("\(layer.name.upgradedName)_\(suffix)")
      config["dtype"] = dtype
      return .object(UpgradedLayer(className: className, config: config).object(inputShape: nil))
    }
    form.className = "Sequential"
    form.module = "keras"
    form.hasKnownFields = false
    form.config = [
      "name": .string(layer.name.upgradedName), "trainable": true, "dtype": dtype,
      "layers": [
        part("Rescaling", "rescaling", ["scale": 0.2, "offset": 0.5]),
        part("ReLU", "relu", ["max_value": 1.0]),
      ],
    ]
    upgrader.note(
      .rearranged, layer,
      "the hard sigmoid of Keras 2, x/5 + 0.5, is a Sequential of Rescaling and ReLU: that of "
        + "Keras 3 is x/6 + 0.5"
    )
  }
}

/// `ELU`: an exponential linear unit.
struct ELU: ShapePreservingLayer {
  static let classNames = ["ELU"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.elu)] }
}

/// `Softmax`: a softmax over one axis.
struct Softmax: ShapePreservingLayer {
  static let classNames = ["Softmax"]

  private let axes: [Int]

  init(_ config: LayerConfig) throws(ArchitectureError) { axes = try config.integers("axis", default: [-1]) }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.activation(.softmax(units: call.count(ofAxes: axes)))]
  }

  /// Before TensorFlow 2.4 it did not heed masks.
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    guard upgrader.hasMasks, !upgrader.generation.isAtLeast(2, 4) else { return }
    let last = layer.firstOutput?.index(ofAxis: -1)
    guard axes == [-1] || axes == [last] else {
      upgrader.refuse(layer, "it heeds masks in Keras 3, and over this axis no other layer does the same")
      return
    }
    form.className = "Activation"
    form.config = ["name": form.config["name"] ?? .null, "activation": "softmax"]
    upgrader.note(.rearranged, layer, "it is an Activation, as Softmax heeds masks in Keras 3")
  }
}
