import OrderedJSON

extension ModelBuilder {
  /// Makes a model of an unknown class, whose document does not describe its layers, as an existing file has
  /// it.
  ///
  /// - Returns: the model, built; `nil` if the document is of a known class.
  func makeStoredModel(
    _ document: JSONValue, _ template: WeightTemplate
  ) throws(ArchitectureError) -> Layer? {
    guard let className = document["class_name"]?.stringValue,
      LayerCatalog.kind(className, of: generation) == nil
    else { return nil }
    let object = document["config"]?.objectValue ?? JSONObject()
    let place = LayerPlace(
      pointer: .root,
      name: object["name"]?.stringValue ?? PythonNames.snakeCase(PythonNames.pythonClass(className)),
      className: className)
    let config = LayerConfig(
      LayerTranslation(className: className, config: object), at: JSONPointer.root["config"], place, context)
    let model = Layer(
      name: place.name, className: className, kind: try StoredLayer(model: config, template), config)
    try model.build(LayerCall(place: place, []))
    return model
  }
}
