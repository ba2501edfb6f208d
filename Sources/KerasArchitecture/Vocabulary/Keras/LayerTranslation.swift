import OrderedJSON

/// A layer's description in the vocabulary of Keras 3.
struct LayerTranslation {
  var className: String
  var config: JSONObject
  /// The names of fields in the document, by their names in Keras 3, where the two differ.
  var spelling: [String: String] = [:]
  /// Whether the document has a list of layers in place of an object of fields.
  var isList = false
}
