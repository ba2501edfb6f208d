import OrderedJSON
import Text

/// The short form, for architectures written by hand: a list of layers and the shape of the input.
///
/// It is translated into a `Sequential` of Keras 3, which is read like any other and is what files get.
enum ShortForm {
  struct Translation: Sendable {
    let document: JSONValue
    let sources: SourceMap
  }

  static func matches(_ document: JSONValue) -> Bool {
    document["layers"] != nil && document["config"] == nil
  }

  /// The keys of a model.
  private static let modelKeys = [
    "$schema", "batch_input_shape", "batch_shape", "class_name", "dtype", "input_shape", "layers", "name",
  ]

  static func translate(_ document: JSONValue) throws(ArchitectureError) -> Translation {
    guard let object = document.objectValue, let layers = object["layers"]?.arrayValue else {
      throw ArchitectureError(at: .root["layers"], "`layers` must be a list of layers")
    }
    try check(object)
    guard !layers.isEmpty else { throw ArchitectureError(at: .root["layers"], "`layers` must not be empty") }
    let shape = try inputShape(object)
    var translator = ShortLayerTranslator(dtype: object["dtype"])
    var translated: [JSONValue] = []
    var sources: [JSONPointer?] = []
    if let shape {
      translated.append(ShortLayerTranslator.inputLayer(shape))
      sources.append(nil)
    }
    for (index, layer) in layers.enumerated() {
      let pointer = JSONPointer.root["layers"][index]
      translated.append(try translator.translate(layer, at: pointer))
      sources.append(pointer)
    }
    let document: JSONValue = [
      "module": "keras", "class_name": "Sequential",
      "config": [
        "name": object["name"] ?? "sequential", "trainable": true, "layers": .array(translated),
      ],
      "registered_name": .null,
    ]
    return Translation(document: document, sources: SourceMap(layers: sources))
  }

  private static func check(_ object: JSONObject) throws(ArchitectureError) {
    for key in object.keys where !modelKeys.contains(key) {
      let hint = NearestSpelling.hint(for: key, in: modelKeys)
      throw ArchitectureError(at: .root[key], "the short form has no key `\(key.clipped)`\(hint)")
    }
    if let className = object["class_name"], className != "Sequential" {
      throw ArchitectureError(at: .root["class_name"], "the short form describes a \"Sequential\" only")
    }
  }

  /// The shape of the input with its batch axis, if the model rather than its first layer declares one.
  private static func inputShape(_ object: JSONObject) throws(ArchitectureError) -> JSONValue? {
    let keys = ["batch_shape", "batch_input_shape", "input_shape"].filter { object[$0] != nil }
    guard keys.count <= 1 else {
      throw ArchitectureError(
        at: .root[keys[1]], "only one of `\(keys[0])` and `\(keys[1])` may be given")
    }
    guard let key = keys.first, let value = object[key] else { return nil }
    let shape = PartialShape(json: value)
    if key == "input_shape" {
      guard shape != nil, let sizes = value.arrayValue else {
        throw ArchitectureError(
          at: .root[key], "`input_shape` must be a list of sizes without the batch, such as [784]")
      }
      return .array([.null] + sizes)
    }
    guard let shape, shape.rank > 0 else {
      throw ArchitectureError(at: .root[key], "`\(key)` must be a list such as [null, 784]")
    }
    return value
  }
}
