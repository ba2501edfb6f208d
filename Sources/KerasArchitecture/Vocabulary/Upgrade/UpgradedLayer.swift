import OrderedJSON

/// A layer on its way into Keras 3's own form.
struct UpgradedLayer {
  var className: String
  /// The fields, in the vocabulary of Keras 3.
  var config: JSONObject
  var module: JSONValue = "keras.layers"
  var registeredName: JSONValue = .null
  /// Whether the fields are those of a class of Keras 3, so that others are an error.
  var hasKnownFields = true

  /// The layer as Keras 3 writes it.
  func object(inputShape: PartialShape?) -> JSONObject {
    var object = JSONObject()
    object["module"] = module
    object["class_name"] = .string(className)
    object["config"] = .object(config)
    object["registered_name"] = registeredName
    if let inputShape { object["build_config"] = ["input_shape": inputShape.json] }
    return object
  }
}

extension PartialShape {
  /// The shape as Keras writes it: a list of integers and nulls.
  var json: JSONValue {
    .array(dimensions.map { size in size.map { JSONValue($0) } ?? .null })
  }
}

extension String {
  /// The name of a layer in Keras 3, which allows no `/` in it.
  package var upgradedName: String { String(map { $0 == "/" ? "_" : $0 }) }
}
