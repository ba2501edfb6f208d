import OrderedJSON

extension ModelBuilder {
  /// Makes a layer that was found in a file, inside another one.
  func makeStoredLayer(_ kind: StoredLayer, name: String, unit: String, _ place: LayerPlace) -> Layer {
    let translation = LayerTranslation(className: "Layer", config: JSONObject())
    let config = LayerConfig(translation, at: place.pointer, place, self)
    return Layer(name: name, className: "Layer", kind: kind, config, unit: unit)
  }

  /// Makes a model of an unknown class, which does not tell its layers, as a file has it.
  ///
  /// - Returns: the model, built; `nil` if the document is of a known class.
  func makeStoredModel(_ document: JSONValue, _ template: WeightTemplate) throws(ArchitectureError) -> Layer?
  {
    guard let className = document["class_name"]?.stringValue,
      LayerCatalog.kind(className, of: generation) == nil
    else { return nil }
    let object = document["config"]?.objectValue ?? JSONObject()
    let place = LayerPlace(
      pointer: .root,
      name: object["name"]?.stringValue ?? PythonNames.snakeCase(PythonNames.pythonClass(className)),
      className: className)
    let config = LayerConfig(
      LayerTranslation(className: className, config: object), at: JSONPointer.root["config"], place, self)
    let model = Layer(
      name: place.name, className: className, kind: try StoredLayer(model: config, template), config)
    try model.build(LayerCall(place: place, []))
    return model
  }
}
