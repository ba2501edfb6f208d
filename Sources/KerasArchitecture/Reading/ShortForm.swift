import OrderedJSON
import Tensors
import Text

/// The short form, for people who write by hand: a list of layers and the shape of the input.
///
/// It is put into a `Sequential` of Keras 3, which is read like any other and is what goes into files.
enum ShortForm {
  struct Translation: Sendable {
    let document: JSONValue
    /// For each layer of the document that was made, where its source stands.
    fileprivate let sources: [JSONPointer?]

    /// The place in the source of a place in the document that was made.
    func sourcePointer(_ pointer: JSONPointer) -> JSONPointer {
      let path = pointer.components
      guard path.count >= 3, path[0] == .key("config"), path[1] == .key("layers"),
        case .index(let index) = path[2], sources.indices.contains(index), let source = sources[index]
      else { return .root }
      return JSONPointer(source.components + path.dropFirst(3).filter { $0 != .key("config") })
    }
  }

  static func matches(_ document: JSONValue) -> Bool {
    document["layers"] != nil && document["config"] == nil
  }

  /// Keys of a model.
  private static let modelKeys = [
    "$schema", "batch_input_shape", "batch_shape", "class_name", "dtype", "input_shape", "layers", "name",
  ]

  static func translate(_ document: JSONValue) throws(ArchitectureError) -> Translation {
    guard let object = document.objectValue, let layers = object["layers"]?.arrayValue else {
      throw ArchitectureError(at: .root["layers"], "`layers` must be a list of layers")
    }
    for key in object.keys where !modelKeys.contains(key) {
      let hint = NearestSpelling.of(key, in: modelKeys).map { "; did you mean `\($0)`?" } ?? ""
      throw ArchitectureError(at: .root[key], "the short form has no key `\(key.clipped)`\(hint)")
    }
    if let className = object["class_name"], className != "Sequential" {
      throw ArchitectureError(at: .root["class_name"], "the short form describes a \"Sequential\" only")
    }
    guard !layers.isEmpty else { throw ArchitectureError(at: .root["layers"], "`layers` must not be empty") }
    let shapes = ["batch_shape", "batch_input_shape", "input_shape"].filter { object[$0] != nil }
    guard shapes.count <= 1 else {
      throw ArchitectureError(
        at: .root[shapes[1]], "only one of `\(shapes[0])` and `\(shapes[1])` may be given")
    }
    var names = AutomaticNames()
    var translated: [JSONValue] = []
    var sources: [JSONPointer?] = []
    if let shape = try inputShape(object) {
      let config: JSONValue = ["batch_shape": shape, "dtype": "float32", "name": "input_layer"]
      translated.append(Self.layer("InputLayer", config: config))
      sources.append(nil)
    }
    for (index, layer) in layers.enumerated() {
      let pointer = JSONPointer.root["layers"][index]
      translated.append(try self.layer(layer, at: pointer, &names, dtype: object["dtype"]))
      sources.append(pointer)
    }
    let document: JSONValue = [
      "module": "keras", "class_name": "Sequential",
      "config": [
        "name": object["name"] ?? "sequential", "trainable": true, "layers": .array(translated),
      ],
      "registered_name": .null,
    ]
    return Translation(document: document, sources: sources)
  }

  /// The shape of the input with its batch axis, if the model rather than its first layer gives one.
  private static func inputShape(_ object: JSONObject) throws(ArchitectureError) -> JSONValue? {
    for key in ["batch_shape", "batch_input_shape"] {
      guard let value = object[key] else { continue }
      guard let shape = PartialShape(json: value), shape.rank > 0 else {
        throw ArchitectureError(at: .root[key], "`\(key)` must be a list such as [null, 784]")
      }
      return value
    }
    guard let value = object["input_shape"] else { return nil }
    guard let shape = PartialShape(json: value), let sizes = value.arrayValue else {
      throw ArchitectureError(
        at: .root["input_shape"], "`input_shape` must be a list of sizes without the batch, such as [784]")
    }
    _ = shape
    return .array([.null] + sizes)
  }

  /// Keys that are the layer's own and not its configuration's.
  private static let layerKeys: Set<String> = ["class_name", "config", "module", "registered_name", "name"]
  /// Keys of configurations that hold a layer.
  private static let nestedKeys: Set<String> = ["layer", "backward_layer", "cell"]

  private static func layer(
    _ value: JSONValue, at pointer: JSONPointer, _ names: inout AutomaticNames, dtype: JSONValue?
  ) throws(ArchitectureError) -> JSONValue {
    guard let object = value.objectValue else {
      throw ArchitectureError(at: pointer, "expected a layer: an object; found \(value.kindDescription)")
    }
    guard let className = object["class_name"]?.stringValue else {
      throw ArchitectureError(at: pointer, "expected a layer: `class_name` is missing or not a string")
    }
    if let nested = object["config"], nested.objectValue == nil {
      throw ArchitectureError(at: pointer["config"], "a layer's `config` must be an object")
    }
    let nested = object["config"]?.objectValue?.members ?? []
    for member in nested + object.members where !layerKeys.contains(member.key) {
      guard FieldNames.known.contains(member.key) else {
        let hint =
          NearestSpelling.of(member.key, in: FieldNames.all).map { "; did you mean `\($0)`?" } ?? ""
        throw ArchitectureError(
          at: pointer[member.key], "no layer of Keras takes `\(member.key.clipped)`\(hint)")
      }
    }
    for member in nested where object[member.key] != nil {
      throw ArchitectureError(at: pointer[member.key], "`\(member.key)` is given beside `config` and in it")
    }
    var config = JSONObject()
    let given = object["name"] ?? object["config"]?["name"]
    config["name"] = given ?? .string(names.next(className))
    if className != "InputLayer", let dtype { config["dtype"] = dtype }
    for member in (object["config"]?.objectValue?.members ?? [])
      + object.members.filter({ !layerKeys.contains($0.key) })
    where member.key != "name" {
      config[member.key] =
        nestedKeys.contains(member.key) && member.value.objectValue != nil
        ? try layer(member.value, at: pointer[member.key], &names, dtype: dtype) : member.value
    }
    return Self.layer(className, config: .object(config))
  }

  private static func layer(_ className: String, config: JSONValue) -> JSONValue {
    ["module": "keras.layers", "class_name": .string(className), "config": config, "registered_name": .null]
  }
}

/// Names as Keras gives them: `dense`, `dense_1`, `dense_2` …
private struct AutomaticNames {
  private var counts: [String: Int] = [:]

  mutating func next(_ className: String) -> String {
    let stem = PythonNames.snakeCase(className)
    let count = counts[stem, default: 0]
    counts[stem] = count + 1
    return count == 0 ? stem : "\(stem)_\(count)"
  }
}
