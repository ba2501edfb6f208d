import OrderedJSON

/// A Sequential of Keras 1 whose first layer merges models, on its way to a Functional.
struct MergedUpgrade {
  private let upgrader: ModelUpgrader
  private let model: Layer
  private var descriptions: [JSONValue] = []
  private var inputs: [JSONValue] = []
  /// The result of the last layer.
  private var last: JSONValue = .null

  init(_ upgrader: ModelUpgrader, _ model: Layer) {
    self.upgrader = upgrader
    self.model = model
  }

  /// Adds the models side by side, each with an input of its own, and the layer that merges them.
  mutating func add(_ branches: [Layer], _ merge: Layer, named name: String) {
    var outputs: [JSONValue] = []
    for (index, branch) in branches.enumerated() {
      guard branch.defaultInputs.count == 1 else {
        upgrader.refuse(model, "a branch of Merge has \(branch.defaultInputs.count) inputs")
        return
      }
      let shape = branch.defaultInputs[0]
      let input = "\(model.name.upgradedName)_input_\(index + 1)"
      append(InputLayer.form(name: input, shape, dtype: nil).objectValue ?? JSONObject(), input, nil)
      inputs.append([.string(input), 0, 0])
      append(upgrader.form(of: branch), branch.name.upgradedName, Self.tensor(input, shape))
      outputs.append(Self.tensor(branch.name.upgradedName, branch.firstOutput))
    }
    append(upgrader.form(of: merge), name.upgradedName, .array(outputs))
    last = Self.tensor(name.upgradedName, merge.firstOutput)
  }

  /// Adds a layer that follows.
  mutating func add(_ layer: Layer) {
    append(upgrader.form(of: layer), layer.name.upgradedName, last)
    last = Self.tensor(layer.name.upgradedName, layer.firstOutput)
  }

  func finish(_ form: inout UpgradedLayer) {
    form.className = "Functional"
    form.module = "keras.src.models.functional"
    form.registeredName = "Functional"
    form.config = [
      "name": .string(model.name.upgradedName), "trainable": true, "layers": .array(descriptions),
      "input_layers": .array(inputs), "output_layers": last["config"]?["keras_history"] ?? .null,
    ]
  }

  private mutating func append(_ object: JSONObject, _ name: String, _ argument: JSONValue?) {
    var object = object
    object["name"] = .string(name)
    object["inbound_nodes"] = argument.map { [["args": [$0], "kwargs": [:]]] } ?? []
    descriptions.append(.object(object))
  }

  private static func tensor(_ name: String, _ shape: PartialShape?) -> JSONValue {
    [
      "class_name": "__keras_tensor__",
      "config": [
        "shape": (shape ?? [nil]).json, "dtype": "float32", "keras_history": [.string(name), 0, 0],
      ],
    ]
  }
}
