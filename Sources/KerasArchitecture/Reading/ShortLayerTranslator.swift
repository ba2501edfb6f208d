import OrderedJSON
import Text

/// A translator of the layers of the short form into objects of Keras 3.
struct ShortLayerTranslator {
  /// The `dtype` of the model, which all its layers get.
  private let dtype: JSONValue?
  private var nameCounts: [String: Int] = [:]

  init(dtype: JSONValue?) { self.dtype = dtype }

  /// The keys that are the layer's own and not its configuration's.
  private static let layerKeys: Set<String> = ["class_name", "config", "module", "registered_name", "name"]
  /// The keys of configurations that hold a layer.
  private static let nestedKeys: Set<String> = ["layer", "backward_layer", "cell"]

  static func inputLayer(_ shape: JSONValue) -> JSONValue {
    layer("InputLayer", config: ["batch_shape": shape, "dtype": "float32", "name": "input_layer"])
  }

  private static func layer(_ className: String, config: JSONValue) -> JSONValue {
    ["module": "keras.layers", "class_name": .string(className), "config": config, "registered_name": .null]
  }

  /// Translates a layer and the layers that it holds.
  mutating func translate(_ value: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) -> JSONValue
  {
    guard let object = value.objectValue else {
      throw ArchitectureError(at: pointer, "expected a layer: an object; found \(value.kindDescription)")
    }
    guard let className = object["class_name"]?.stringValue else {
      throw ArchitectureError(at: pointer, "expected a layer: `class_name` is missing or not a string")
    }
    let fields = try fields(of: object, at: pointer)
    var config = JSONObject()
    let given = object["name"] ?? object["config"]?["name"]
    config["name"] = given ?? .string(nextName(className))
    if className != "InputLayer", let dtype { config["dtype"] = dtype }
    for field in fields where field.key != "name" {
      config[field.key] =
        Self.nestedKeys.contains(field.key) && field.value.objectValue != nil
        ? try translate(field.value, at: pointer[field.key]) : field.value
    }
    return Self.layer(className, config: .object(config))
  }

  /// The fields of a layer, which may stand in its `config`, beside it, or some in each.
  private func fields(
    of object: JSONObject, at pointer: JSONPointer
  ) throws(ArchitectureError) -> [JSONObject.Member] {
    if let config = object["config"], config.objectValue == nil {
      throw ArchitectureError(at: pointer["config"], "a layer's `config` must be an object")
    }
    let nested = object["config"]?.objectValue?.members ?? []
    for field in nested + object.members where !Self.layerKeys.contains(field.key) {
      guard FieldNames.set.contains(field.key) else {
        let hint = NearestSpelling.hint(for: field.key, in: FieldNames.all)
        throw ArchitectureError(
          at: pointer[field.key], "no layer of Keras has the field `\(field.key.clipped)`\(hint)")
      }
    }
    for field in nested where object[field.key] != nil {
      throw ArchitectureError(at: pointer[field.key], "`\(field.key)` is given beside `config` and in it")
    }
    return nested + object.members.filter { !Self.layerKeys.contains($0.key) }
  }

  /// A name as Keras gives it: `dense`, `dense_1`, `dense_2` …
  private mutating func nextName(_ className: String) -> String {
    let stem = PythonNames.snakeCase(className)
    let count = nameCounts[stem, default: 0]
    nameCounts[stem] = count + 1
    return count == 0 ? stem : "\(stem)_\(count)"
  }
}
