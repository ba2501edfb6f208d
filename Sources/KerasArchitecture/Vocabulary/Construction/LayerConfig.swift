import OrderedJSON

/// A layer's configuration, with typed access to its fields: errors name the field, its place and what was
/// expected.
struct LayerConfig {
  /// The class name and fields in the vocabulary of Keras 3.
  let translation: LayerTranslation
  /// The place of the fields in the document.
  let pointer: JSONPointer
  let place: LayerPlace
  let context: LayerContext

  init(_ translation: LayerTranslation, at pointer: JSONPointer, _ place: LayerPlace, _ context: LayerContext)
  {
    self.translation = translation
    self.pointer = pointer
    self.place = place
    self.context = context
  }

  var object: JSONObject { translation.config }
  /// The canonical class name.
  var className: String { translation.className }
  var generation: KerasGeneration { context.generation }

  /// The place of a field in the document.
  func pointer(to key: String) -> JSONPointer {
    key == "layers" && translation.isList ? pointer : pointer[spelling(key)]
  }

  /// The name of a field in the document.
  func spelling(_ key: String) -> String { translation.spelling[key] ?? key }

  /// The value of a field; `nil` if it is absent or null.
  subscript(_ key: String) -> JSONValue? {
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  func error(_ key: String, expected: String) -> ArchitectureError {
    let name = spelling(key)
    guard object[key] != nil else { return place.error("`\(name)` is missing; expected \(expected)") }
    return place.error("`\(name)` must be \(expected); found \(found(key))", at: pointer(to: key))
  }

  private func found(_ key: String) -> String {
    guard let value = object[key] else { return "nothing" }
    let text = value.pythonText()
    return text.count <= 60 ? text : value.kindDescription
  }
}
