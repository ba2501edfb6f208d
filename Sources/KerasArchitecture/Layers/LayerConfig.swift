import OrderedJSON
import Tensors
import Text

/// A layer's configuration while it is read: typed access that names the field, its place and what was
/// expected.
struct LayerConfig {
  /// The class name and fields in Keras 3's words.
  let translation: LayerTranslation
  /// Where the fields stand.
  private let pointer: JSONPointer
  let place: LayerPlace
  let builder: ModelBuilder

  init(_ translation: LayerTranslation, at pointer: JSONPointer, _ place: LayerPlace, _ builder: ModelBuilder)
  {
    self.translation = translation
    self.pointer = pointer
    self.place = place
    self.builder = builder
  }

  var object: JSONObject { translation.config }
  /// The canonical class name.
  var className: String { translation.className }
  var generation: KerasGeneration { builder.generation }

  /// Where a field stands in the document.
  func pointer(to key: String) -> JSONPointer {
    key == "layers" && translation.isList ? pointer : pointer[spelling(key)]
  }

  /// What the document calls a field.
  private func spelling(_ key: String) -> String { translation.spelling[key] ?? key }

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

// MARK: - Plain fields

extension LayerConfig {
  func bool(_ key: String, default value: Bool) throws(ArchitectureError) -> Bool {
    guard let field = self[key] else { return value }
    guard let value = field.boolValue else { throw error(key, expected: "true or false") }
    return value
  }

  func string(_ key: String, default value: String) throws(ArchitectureError) -> String {
    guard let field = self[key] else { return value }
    guard let value = field.stringValue else { throw error(key, expected: "a string") }
    return value
  }

  /// One of a few words.
  func choice(_ key: String, default value: String, of choices: [String]) throws(ArchitectureError) -> String
  {
    let value = try string(key, default: value)
    guard choices.contains(value) else {
      throw error(key, expected: choices.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    return value
  }

  func double(_ key: String, default value: Double) throws(ArchitectureError) -> Double {
    guard let field = self[key] else { return value }
    guard let value = field.doubleValue, value.isFinite else { throw error(key, expected: "a number") }
    return value
  }

  /// A positive integer; required if there is no default.
  func positive(_ key: String, default value: Int? = nil) throws(ArchitectureError) -> Int {
    if self[key] == nil, let value { return value }
    guard let value = self[key]?.wholeNumber, value > 0 else {
      throw error(key, expected: "a positive integer")
    }
    return value
  }

  func integer(_ key: String, default value: Int? = nil) throws(ArchitectureError) -> Int {
    if self[key] == nil, let value { return value }
    guard let value = self[key]?.wholeNumber else { throw error(key, expected: "an integer") }
    return value
  }

  /// A list of integers; a single integer counts as a list of one.
  func integers(_ key: String, default value: [Int]? = nil) throws(ArchitectureError) -> [Int] {
    if self[key] == nil, let value { return value }
    if let single = self[key]?.wholeNumber { return [single] }
    guard let list = self[key]?.arrayValue?.compactMap(\.wholeNumber),
      list.count == self[key]?.arrayValue?.count
    else { throw error(key, expected: "a list of integers") }
    return list
  }

  /// A size for each spatial axis: one positive integer, or as many as there are axes.
  func sizes(_ key: String, rank: Int, default value: Int? = nil) throws(ArchitectureError) -> [Int] {
    if self[key] == nil, let value { return Array(repeating: value, count: rank) }
    let list = self[key]?.arrayValue ?? Array(repeating: self[key] ?? .null, count: rank)
    let sizes = list.compactMap(\.wholeNumber)
    guard list.count == rank, sizes.count == rank, sizes.allSatisfy({ $0 > 0 }) else {
      throw error(key, expected: rank == 1 ? "a positive integer" : "a positive integer, or \(rank) of them")
    }
    return sizes
  }

  func dataFormat() throws(ArchitectureError) -> DataFormat {
    try choice("data_format", default: "channels_last", of: ["channels_last", "channels_first"])
      == "channels_first" ? .channelsFirst : .channelsLast
  }

  /// The name of an activation: a string, or the object form of a function or an activation layer.
  func activationName(_ key: String = "activation", default value: String = "linear") -> String {
    guard let field = self[key] else { return value }
    if let name = field.stringValue { return name }
    if let name = field["config"]?.stringValue { return name }
    return field["class_name"]?.stringValue.map { PythonNames.snakeCase($0) } ?? "unknown"
  }
}

extension JSONValue {
  /// An integer, also when a hand or a script spelt it as `3.0`.
  var wholeNumber: Int? {
    if let intValue { return intValue }
    guard let doubleValue else { return nil }
    return Int(exactly: doubleValue)
  }
}

/// Where a layer's channels are.
enum DataFormat: Sendable {
  case channelsLast, channelsFirst

  func channelAxis(_ shape: PartialShape) -> Int { self == .channelsFirst ? 1 : shape.rank - 1 }

  /// The sizes of the spatial axes.
  func spatial(_ shape: PartialShape) -> [Int?] {
    Array(self == .channelsFirst ? shape.dimensions.dropFirst(2) : shape.dimensions.dropFirst().dropLast())
  }

  func shape(batch: Int?, spatial: [Int?], channels: Int?) -> PartialShape {
    PartialShape(self == .channelsFirst ? [batch, channels] + spatial : [batch] + spatial + [channels])
  }
}

// MARK: - Initializers, generators, layers

extension LayerConfig {
  /// The initializer of a field, which Keras makes at this point of its constructor.
  func initializer(_ key: String, default name: String) throws(ArchitectureError) -> InitializerReference {
    let declaration = try initializerDeclaration(key, default: name)
    return builder.record(.initializer(declaration))
  }

  private func initializerDeclaration(
    _ key: String, default name: String
  ) throws(ArchitectureError) -> InitializerDeclaration {
    guard let field = self[key] else {
      return InitializerDeclaration(
        className: name, config: JSONObject(), place: place, pointer: place.pointer)
    }
    if let name = field.stringValue {
      return InitializerDeclaration(
        className: name, config: JSONObject(), place: place, pointer: pointer(to: key))
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
      pointer: pointer(to: key))
  }

  /// An initializer that no field names.
  func fixedInitializer(_ name: String) -> InitializerReference { builder.fixedInitializer(name, place) }

  /// Notes that Keras makes a `SeedGenerator` from the `seed` field at this point of its constructor.
  func seedGenerator() { _ = builder.record(.seedGenerator(seed: self["seed"])) }

  /// The layer serialised in a field.
  func layer(_ key: String) throws(ArchitectureError) -> Layer {
    guard let value = self[key] else { throw error(key, expected: "a layer") }
    return try builder.makeLayer(value, at: pointer(to: key))
  }

  /// A layer that this one makes for itself, from nothing or from fields of its own.
  func ownedLayer(
    _ kind: any LayerKind.Type, className: String = "", _ config: JSONObject = JSONObject(), name: String
  ) throws(ArchitectureError) -> Layer {
    var owned = translation
    owned.className = kind.canonicalName(className)
    owned.config = config
    return try builder.makeLayer(kind, owned, name: name, className: owned.className, place, at: pointer)
  }

  /// The layers serialised in a list.
  func layers(_ key: String) throws(ArchitectureError) -> [Layer] {
    guard let values = self[key]?.arrayValue else { throw error(key, expected: "a list of layers") }
    var layers: [Layer] = []
    for (index, value) in values.enumerated() {
      layers.append(try builder.makeLayer(value, at: pointer(to: key)[index]))
    }
    return layers
  }
}
