import Initialization
import KerasArchitecture
import OrderedJSON

/// How a document spells an initializer: as an object where one stands, by its name where a name stands.
struct InitializerForm {
  private let generation: KerasGeneration
  /// What stands in the field; `nil` if it is absent.
  private let existing: JSONValue?

  init(_ generation: KerasGeneration, replacing existing: JSONValue?) {
    self.generation = generation
    self.existing = existing
  }

  /// - Returns: `nil` if this Keras has no initializer of such a scale: Keras 1 takes names alone.
  func value(_ choice: ScalingChoice) -> JSONValue? {
    if existing?.objectValue == nil, let name = choice.name { return .string(name) }
    guard generation.family != .keras1 else { return nil }
    // The functions of multi-backend Keras are no classes.
    let isClass = choice.name != nil && generation.family != .multiBackendKeras2
    if isClass { return object(choice.className, ["seed": seed]) }
    let distribution =
      choice.isUniform ? "uniform" : generation.family == .multiBackendKeras2 ? "normal" : "truncated_normal"
    return object(
      "VarianceScaling",
      [
        "scale": JSONValue(choice.scale), "mode": .string(choice.mode),
        "distribution": .string(distribution), "seed": seed,
      ])
  }

  /// An initializer without arguments, or with a gain or a seed at most.
  func value(_ initializer: any Initializer.Type, gain: Double? = nil) -> JSONValue? {
    if existing?.objectValue == nil, gain == nil, let name = initializer.names.dropFirst().first {
      return .string(name)
    }
    guard generation.family != .keras1 else { return nil }
    let seeded: JSONObject = initializer.isRandom ? ["seed": seed] : [:]
    guard let gain else { return object(initializer.names[0], seeded) }
    return object(initializer.names[0], ["gain": JSONValue(gain), "seed": seed])
  }

  /// What stands there, with another seed or none; `nil` if it has no place for one.
  func value(seed: Int?) -> JSONValue? {
    guard var object = existing?.objectValue, var config = object["config"]?.objectValue else { return nil }
    config["seed"] = seed.map { JSONValue($0) } ?? .null
    object["config"] = .object(config)
    // Layers that refer to one object share its numbers.
    object["shared_object_id"] = nil
    return .object(object)
  }

  /// The seed of the initializer that is replaced, which its author chose.
  private var seed: JSONValue { existing?["config"]?["seed"] ?? .null }

  private func object(_ className: String, _ config: JSONObject) -> JSONValue {
    var object: JSONObject = [:]
    let isModern = existing?.objectValue.map { $0["module"] != nil } ?? generation.isKeras3
    if isModern { object["module"] = "keras.initializers" }
    object["class_name"] = .string(className)
    object["config"] = .object(config)
    if isModern { object["registered_name"] = .null }
    return .object(object)
  }
}
