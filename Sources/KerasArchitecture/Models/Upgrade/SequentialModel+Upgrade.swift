import OrderedJSON

extension SequentialModel {
  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.className = "Sequential"
    form.module = "keras"
    form.hasKnownFields = false
    if let head = layers.first, let (branches, merge) = head.kind.merging {
      var merged = MergedUpgrade(upgrader, layer)
      merged.add(branches, merge, named: head.name)
      for layer in layers.dropFirst() { merged.add(layer) }
      merged.finish(&form)
      return
    }
    let given = form.config["layers"]?.arrayValue ?? []
    let isTrainable = form.config["trainable"]
    form.config = [
      "name": form.config["name"] ?? .string(layer.name.upgradedName), "trainable": isTrainable ?? true,
    ]
    var descriptions = layers.map { JSONValue.object(upgrader.form(of: $0)) }
    if defaultInputs.count == 1 {
      descriptions.insert(inputLayer(given.first, before: layers.first, upgrader), at: 0)
      form.config["build_input_shape"] = defaultInputs[0].json
    }
    form.config["layers"] = .array(descriptions)
  }

  /// The input that the document has, or that Keras makes of the first layer's shape.
  private func inputLayer(
    _ given: JSONValue?, before first: Layer?, _ upgrader: ModelUpgrader
  ) -> JSONValue {
    let isGiven = given?["class_name"] == "InputLayer"
    let config = given?["config"]
    let name = isGiven ? config?["name"]?.stringValue : first.map { "\($0.name.upgradedName)_input" }
    let dtype = (config?["dtype"] ?? config?["input_dtype"])?.stringValue
    return InputLayer.form(
      name: (name ?? "input_layer").upgradedName, defaultInputs.first ?? .unknown, dtype: dtype,
      isSparse: isGiven && config?["sparse"] == true)
  }
}
