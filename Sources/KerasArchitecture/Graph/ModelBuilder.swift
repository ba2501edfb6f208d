import OrderedJSON
import SignalGraph
import Tensors
import Text

/// What grows while a model is read: the events and weights of its construction, and its signal graph.
final class ModelBuilder {
  let generation: KerasGeneration
  let dialect: any Dialect
  /// A file of the same model, for layers that are not known.
  let template: WeightTemplate?
  private(set) var events: [ConstructionEvent] = []
  private(set) var weightCount = 0
  private var modelCount = 0
  private var storedCounts: [String: Int] = [:]
  var signals = SignalGraph()

  init(generation: KerasGeneration, dialect: any Dialect, template: WeightTemplate?) {
    self.generation = generation
    self.dialect = dialect
    self.template = template
  }

  /// How many layers of an unknown class came before.
  func nextNumber(ofClass className: String) -> Int {
    defer { storedCounts[className, default: 0] += 1 }
    return storedCounts[className, default: 0]
  }

  /// Notes an initializer that no configuration names.
  func fixedInitializer(
    _ name: String, config: JSONObject = JSONObject(), _ place: LayerPlace
  ) -> InitializerReference {
    record(
      .initializer(
        InitializerDeclaration(className: name, config: config, place: place, pointer: place.pointer)))
  }

  func record(_ event: ConstructionEvent) -> InitializerReference {
    events.append(event)
    return InitializerReference(eventIndex: events.count - 1)
  }

  /// The number of the next variable.
  func nextWeightIndex() -> Int {
    defer { weightCount += 1 }
    return weightCount
  }

  /// The name of a Sequential that has none of its own: lists of layers have no room for it.
  private func nextModelName() -> String {
    modelCount += 1
    return "sequential_\(modelCount)"
  }

  /// Makes the layer that a dictionary describes, and builds it where Keras 3 does so at once.
  func makeLayer(_ value: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) -> Layer {
    guard let dictionary = value.objectValue else {
      throw ArchitectureError(at: pointer, "expected a layer: an object; found \(value.kindDescription)")
    }
    guard let className = dictionary["class_name"]?.stringValue else {
      throw ArchitectureError(at: pointer, "expected a layer: `class_name` is missing or not a string")
    }
    let (config, isList) = try config(of: dictionary, at: pointer)
    let name =
      dictionary["name"]?.stringValue ?? config["name"]?.stringValue ?? (isList ? nextModelName() : nil)
    var translation = try dialect.translate(
      className: className, config: config,
      LayerPlace(
        pointer: pointer, name: name ?? PythonNames.snakeCase(className), className: className))
    let kind = try kind(translation.className, of: dictionary, name: name, at: pointer)
    translation.isList = isList
    let isStored = kind is StoredLayer.Type
    let hasOwnName = isStored || kind is OperationNode.Type
    if !hasOwnName { translation.className = kind.canonicalName(translation.className) }
    // Whoever writes Keras 1, or classes of their own, knows their names.
    let place = LayerPlace(
      pointer: pointer, name: name ?? PythonNames.snakeCase(translation.className),
      className: generation.family == .keras1 || hasOwnName ? className : translation.className)
    let layer = try makeLayer(
      kind, translation, name: place.name, className: place.className, place, at: pointer["config"])
    // Keras 3 builds a layer of its own form right after its constructor.
    if generation.isKeras3, dictionary["module"]?.stringValue != nil,
      let call = Self.buildCall(dictionary["build_config"], place)
    {
      try layer.buildAsRecorded(call)
    }
    return layer
  }

  /// The call that a `build_config` stands for: the shape of the input, or of each argument by its name.
  private static func buildCall(_ config: JSONValue?, _ place: LayerPlace) -> LayerCall? {
    if let input = ShapeStructure(json: config?["input_shape"]) {
      return LayerCall(place: place, positional: [input])
    }
    let arguments = (config?["shapes_dict"]?.objectValue?.members ?? []).compactMap { member in
      ShapeStructure(json: member.value).map { shape in
        (key: String(member.key.dropLast(member.key.hasSuffix("_shape") ? 6 : 0)), value: shape)
      }
    }
    return arguments.isEmpty ? nil : LayerCall(place: place, positional: [], keywords: arguments)
  }

  /// Makes a layer that another one owns without a dictionary of its own.
  func makeLayer(
    _ kind: any LayerKind.Type, _ translation: LayerTranslation, name: String, className: String,
    _ place: LayerPlace, at pointer: JSONPointer
  ) throws(ArchitectureError) -> Layer {
    let config = LayerConfig(translation, at: pointer, place, self)
    return Layer(name: name, className: className, kind: try kind.init(config), config)
  }

  /// A layer's fields, and whether they stand for a list of layers.
  private func config(
    of dictionary: JSONObject, at pointer: JSONPointer
  ) throws(ArchitectureError) -> (JSONObject, isList: Bool) {
    switch dictionary["config"] {
    case .object(let object)?: return (object, false)
    // Keras before 2.2 wrote a Sequential's layers as its whole configuration.
    case .array(let layers)?: return (JSONObject([.init(key: "layers", value: .array(layers))]), true)
    case nil, .null?: return (JSONObject(), false)
    case let other?:
      throw ArchitectureError(
        at: pointer["config"], "a layer's `config` must be an object; found \(other.kindDescription)")
    }
  }

  private func kind(
    _ className: String, of dictionary: JSONObject, name: String?, at pointer: JSONPointer
  ) throws(ArchitectureError) -> any LayerKind.Type {
    if let module = dictionary["module"]?.stringValue,
      module.hasPrefix("keras.src.ops") || module.hasPrefix("keras.ops")
    {
      return OperationNode.self
    }
    if let kind = LayerCatalog.kind(className, of: generation) { return kind }
    if template != nil { return StoredLayer.self }
    let layer = name.map { "\"\($0.clipped)\" " } ?? ""
    throw ArchitectureError(
      at: pointer["class_name"],
      "layer \(layer)has the class \"\(className.clipped)\", which wtool does not know"
        + (NearestSpelling.of(className, in: LayerCatalog.classNames).map { "; did you mean \"\($0)\"?" }
          ?? "; --like FILE takes its weights from an existing file of the same model"))
  }
}

extension PartialShape {
  /// A shape as Keras writes it: a list of integers and nulls.
  init?(json value: JSONValue?) {
    guard let elements = value?.arrayValue else { return nil }
    var dimensions: [Int?] = []
    for element in elements {
      if element.isNull {
        dimensions.append(nil)
      } else if let size = element.wholeNumber, size >= 0 {
        dimensions.append(size)
      } else {
        return nil
      }
    }
    self.init(dimensions)
  }
}
