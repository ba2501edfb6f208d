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
}

/// The inverse document frequencies by which `output_mode="tf_idf"` weighs tokens. Keras 3 stores them beside
/// the variables of a layer, under their own name, and has them from the configuration or from `adapt()`.
struct DocumentFrequencies {
  /// The size of the vocabulary, with the tokens out of it.
  private let count: Int
  /// Those of all tokens, as the configuration has them.
  private let declared: [JSONValue]?

  /// - Returns: `nil` if the layer has none, or none yet.
  init?(_ config: LayerConfig, _ mode: String) {
    guard mode == "tf_idf", config.generation.isKeras3 else { return nil }
    let declared = Self.declared(config)
    guard let count = declared?.count ?? LookupDepth.read(config) else { return nil }
    self.count = count
    self.declared = declared
  }

  /// The frequencies in a configuration: tokens out of the vocabulary have the mean of the others, and what
  /// is padded has 0.
  private static func declared(_ config: LayerConfig) -> [JSONValue]? {
    guard let given = config["idf_weights"]?.arrayValue, let words = config["vocabulary"]?.arrayValue,
      given.count == words.count, !given.isEmpty
    else { return nil }
    let values = given.compactMap(\.doubleValue)
    guard values.count == given.count else { return nil }
    let unknownCount = config["num_oov_indices"]?.wholeNumber ?? 1
    let unknown = config["oov_token"] ?? (config.className == "IntegerLookup" ? -1 : "[UNK]")
    let hasUnknown = words.prefix(unknownCount).elementsEqual(repeatElement(unknown, count: unknownCount))
    let mean = JSONValue.number(JSONNumber(values.reduce(0, +) / Double(values.count)))
    var all = hasUnknown ? [] : [JSONValue](repeating: mean, count: min(unknownCount, tokenLimit))
    all.append(contentsOf: given)
    guard config["pad_to_max_tokens"] == true, let size = config["max_tokens"]?.wholeNumber,
      case all.count..<tokenLimit = size
    else { return all }
    while all.count < size { all.append(0) }
    return all
  }

  /// How many tokens are padded at most, whatever a configuration says.
  private static let tokenLimit = 1 << 24

  /// Creates the weight; its initializer is one of zeros where only `adapt()` knows the values.
  func addWeight(to weights: WeightRecorder) throws(ArchitectureError) {
    let initializer =
      declared.map {
        weights.fixedInitializer(
          "Constant", config: JSONObject([.init(key: "value", value: .array($0))]))
      } ?? weights.fixedInitializer("zeros")
    try weights.add(
      WeightDeclaration.stateName, .statistic, [count], initializer,
      .init(isTrainable: false, dtype: .float32))
  }
}
