import OrderedJSON
import Tensors

/// `StringLookup` and `IntegerLookup`: values as their indices in a vocabulary, or as a vector over it.
struct LookupLayer: LayerKind {
  static let classNames = ["StringLookup", "IntegerLookup"]

  private let mode: String
  private let depth: Int?
  private let frequencies: DocumentFrequencies?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    mode = try config.string("output_mode", default: "int")
    depth = LookupDepth.read(config)
    frequencies = DocumentFrequencies(config, mode)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try frequencies?.addWeight(to: weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.input.encoded(mode, depth: depth)]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    DocumentFrequencies.check(form, layer, upgrader)
  }
}

/// The inverse document frequencies by which `output_mode="tf_idf"` weighs tokens. They are stored beside the
/// variables of a layer, under their own name, and come from the configuration or from `adapt()`; in tf-keras
/// they are a variable of the layer, too, which an `.h5` lists.
struct DocumentFrequencies {
  /// One value for some tokens, or one for each.
  private struct Part {
    let count: Int
    let value: JSONValue
  }

  /// The size of the vocabulary, with the tokens out of it.
  private let count: Int
  private let isListed: Bool
  /// The frequencies as the configuration has them: tokens out of the vocabulary have the mean of the others,
  /// and what is padded has 0. Empty where only `adapt()` knows them.
  private let parts: [Part]

  /// - Returns: `nil` if the layer has none, or none yet.
  init?(_ config: LayerConfig, _ mode: String) {
    guard mode == "tf_idf", config.generation.isKeras3 || config.generation.family == .tfKeras else {
      return nil
    }
    isListed = !config.generation.isKeras3
    let parts = Self.parts(config)
    guard let count = parts.isEmpty ? LookupDepth.read(config) : CheckedSize.sum(parts.map(\.count)) else {
      return nil
    }
    self.count = count
    self.parts = parts
  }

  private static func parts(_ config: LayerConfig) -> [Part] {
    guard let given = config["idf_weights"]?.arrayValue, let words = config["vocabulary"]?.arrayValue,
      given.count == words.count, !given.isEmpty
    else { return [] }
    let values = given.compactMap(\.doubleValue)
    guard values.count == given.count else { return [] }
    let unknownCount = config["num_oov_indices"]?.wholeNumber ?? 1
    let unknown = config["oov_token"] ?? (config.className == "IntegerLookup" ? -1 : "[UNK]")
    let hasUnknown = words.prefix(unknownCount).elementsEqual(repeatElement(unknown, count: unknownCount))
    let mean = JSONValue.number(JSONNumber(values.reduce(0, +) / Double(values.count)))
    let front = hasUnknown ? 0 : unknownCount
    let size = config["pad_to_max_tokens"] == true ? config["max_tokens"]?.wholeNumber : nil
    let padding = CheckedSize(size ?? 0).minus(front).minus(given.count).value ?? 0
    return [
      Part(count: front, value: mean), Part(count: given.count, value: .array(given)),
      Part(count: max(0, padding), value: 0),
    ].filter { $0.count > 0 }
  }

  /// Refuses what Keras 3 saves and does not load.
  static func check(_ form: UpgradedLayer, _ layer: Layer, _ upgrader: ModelUpgrader) {
    let config = form.config
    guard config["output_mode"] == "tf_idf", config["pad_to_max_tokens"] == true,
      config["vocabulary"]?.arrayValue == nil
    else { return }
    upgrader.refuse(
      layer,
      "its `idf_weights` are learned by adapt() and padded to `max_tokens`, which Keras 3 does not load")
  }

  /// Creates the weight; its initializer is one of zeros where only `adapt()` knows the values.
  func addWeight(to weights: WeightRecorder) throws(ArchitectureError) {
    let declared = parts.map { part in
      ([part.count], weights.fixedInitializer("Constant", config: ["value": part.value]))
    }
    try weights.add(
      WeightDeclaration.stateName, .statistic, [count],
      parts: declared.isEmpty ? [([count], weights.fixedInitializer("zeros"))] : declared,
      .init(isTrainable: false, dtype: .float32, isListed: isListed))
  }
}
