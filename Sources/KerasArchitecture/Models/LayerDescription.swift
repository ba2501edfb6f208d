import OrderedJSON

/// A layer as its object in the document describes it, before its class is looked up.
struct LayerDescription {
  let pointer: JSONPointer
  let className: String
  /// The layer's fields.
  let config: JSONObject
  /// Whether the document has a list of layers in place of the fields.
  let isList: Bool
  /// The name that the document gives the layer, if any.
  let name: String?
  /// The Python module of the class, which Keras 3 writes.
  let module: String?
  private let buildConfig: JSONValue?
  private let takesTensorsOneByOne: Bool
  /// Whether the class is somebody's own, whatever it is called: it is registered in a package.
  let isRegistered: Bool

  init(_ value: JSONValue, at pointer: JSONPointer) throws(ArchitectureError) {
    guard let object = value.objectValue else {
      throw ArchitectureError(at: pointer, "expected a layer: an object; found \(value.kindDescription)")
    }
    guard let className = object["class_name"]?.stringValue else {
      throw ArchitectureError(at: pointer, "expected a layer: `class_name` is missing or not a string")
    }
    self.pointer = pointer
    self.className = className
    (config, isList) = try Self.config(of: object, at: pointer)
    name = object["name"]?.stringValue ?? config["name"]?.stringValue
    module = object["module"]?.stringValue
    buildConfig = object["build_config"]
    takesTensorsOneByOne = Self.takesTensorsOneByOne(object)
    // Some classes of Keras's own applications are registered as users register theirs.
    let place = object["module"]?.stringValue ?? ""
    let isOwn = place.hasPrefix("keras.") || place.hasPrefix("tf_keras.")
    isRegistered = !isOwn && object["registered_name"]?.stringValue?.contains(">") ?? false
  }

  /// A layer's fields, and whether they stand for a list of layers.
  private static func config(
    of object: JSONObject, at pointer: JSONPointer
  ) throws(ArchitectureError) -> (JSONObject, isList: Bool) {
    switch object["config"] {
    case .object(let fields)?: return (fields, false)
    // Keras before 2.2 wrote a Sequential's layers as its whole configuration.
    case .array(let layers)?: return (JSONObject([.init(key: "layers", value: .array(layers))]), true)
    case nil, .null?: return (JSONObject(), false)
    case let other?:
      throw ArchitectureError(
        at: pointer["config"], "a layer's `config` must be an object; found \(other.kindDescription)")
    }
  }

  /// Whether it is a function of `keras.ops` rather than a layer. A whole-model `.h5` of Keras 3 leaves the
  /// module out: there, what is called like a merging layer and takes tensors one by one, not in a list, is
  /// one.
  var isOperation: Bool {
    guard let module else { return takesTensorsOneByOne && Self.mergingNames.contains(className) }
    return module.hasPrefix("keras.src.ops") || module.hasPrefix("keras.ops")
  }

  private static func takesTensorsOneByOne(_ object: JSONObject) -> Bool {
    let arguments = object["inbound_nodes"]?.arrayValue?.first?["args"]?.arrayValue ?? []
    return arguments.count > 1 && arguments.allSatisfy { $0.arrayValue == nil }
  }

  /// Whether a document has functions of `keras.ops` without their modules, which Keras takes for layers.
  static func hasNamelessOperations(_ value: JSONValue) -> Bool {
    switch value {
    case .array(let elements): elements.contains(where: hasNamelessOperations)
    case .object(let object):
      object["module"] == nil && takesTensorsOneByOne(object)
        && mergingNames.contains(object["class_name"]?.stringValue ?? "")
        || object.members.contains { hasNamelessOperations($0.value) }
    default: false
    }
  }

  private static let mergingNames = ["Add", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"]

  /// The call that the `build_config` records: the shape of the input, or of each argument by its name.
  func recordedCall(of place: LayerPlace) -> LayerCall? {
    if let input = ShapeStructure(json: buildConfig?["input_shape"]) {
      return LayerCall(place: place, positional: [input])
    }
    let arguments = (buildConfig?["shapes_dict"]?.objectValue?.members ?? []).compactMap { member in
      ShapeStructure(json: member.value).map { shape in
        (key: String(member.key.dropLast(member.key.hasSuffix("_shape") ? 6 : 0)), value: shape)
      }
    }
    return arguments.isEmpty ? nil : LayerCall(place: place, positional: [], keywords: arguments)
  }
}
