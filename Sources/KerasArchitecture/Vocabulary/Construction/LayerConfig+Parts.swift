import OrderedJSON
import Text

extension LayerConfig {
  /// The initializer of a field, which Keras makes at this point of its constructor.
  func initializer(_ key: String, default name: String) throws(ArchitectureError) -> InitializerReference {
    let declaration = try initializerDeclaration(key, default: name)
    return context.log.record(.initializer(declaration))
  }

  private func initializerDeclaration(
    _ key: String, default name: String
  ) throws(ArchitectureError) -> InitializerDeclaration {
    guard let field = self[key] else {
      return InitializerDeclaration(
        className: name, config: JSONObject(), place: place, pointer: place.pointer,
        field: place(of: key))
    }
    if let name = field.stringValue {
      return InitializerDeclaration(
        className: name, config: JSONObject(), place: place, pointer: pointer(to: key),
        field: place(of: key))
    }
    guard let className = field["class_name"]?.stringValue else {
      throw error(key, expected: "an initializer: its name, or an object with `class_name` and `config`")
    }
    let keys = ["class_name", "config", "module", "registered_name", "build_config", "shared_object_id"]
    if let stray = field.objectValue?.keys.first(where: { !keys.contains($0) }) {
      throw place.error("`\(stray.clipped)` must stand in the initializer's `config`", at: pointer(to: key))
    }
    let config = field["config"] ?? .null
    guard config.isNull || config.objectValue != nil else {
      throw place.error("an initializer's `config` must be an object", at: pointer(to: key)["config"])
    }
    return InitializerDeclaration(
      className: className, config: config.objectValue ?? JSONObject(), place: place,
      pointer: pointer(to: key), field: place(of: key))
  }

  private func place(of key: String) -> InitializerDeclaration.Field {
    InitializerDeclaration.Field(pointer, spelling(key))
  }

  /// An initializer that the class itself fixes.
  func fixedInitializer(_ name: String) -> InitializerReference {
    context.log.recordInitializer(name, for: place)
  }

  /// Records that Keras makes a `SeedGenerator` from the `seed` field at this point of its constructor.
  func seedGenerator() { context.log.record(.seedGenerator(seed: self["seed"], place: place)) }

  /// The layer described in a field.
  func layer(_ key: String) throws(ArchitectureError) -> Layer {
    guard let value = self[key] else { throw error(key, expected: "a layer") }
    return try context.factory.makeLayer(value, at: pointer(to: key))
  }

  /// A layer that this one makes for itself, from nothing or from fields of its own.
  func ownedLayer(
    _ kind: any LayerKind.Type, className: String = "", _ config: JSONObject = JSONObject(), name: String
  ) throws(ArchitectureError) -> Layer {
    var owned = translation
    owned.className = kind.canonicalName(className)
    owned.config = config
    let config = LayerConfig(owned, at: pointer, place, context)
    return Layer(name: name, className: owned.className, kind: try kind.init(config), config)
  }

  /// The layers described in a list.
  func layers(_ key: String) throws(ArchitectureError) -> [Layer] {
    guard let values = self[key]?.arrayValue else { throw error(key, expected: "a list of layers") }
    var layers: [Layer] = []
    for (index, value) in values.enumerated() {
      layers.append(try context.factory.makeLayer(value, at: pointer(to: key)[index]))
    }
    return layers
  }
}
