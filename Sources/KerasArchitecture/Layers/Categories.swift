import OrderedJSON
import SignalGraph

/// Layers that turn values into categories: their output is an index, or a vector of a category's length.
struct CategoryLayer: LayerKind {
  static let classNames = [
    "CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup", "StringLookup",
  ]

  private let depth: Int?
  private let mode: String
  private let className: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    className = config.className
    mode = try config.string("output_mode", default: className == "CategoryEncoding" ? "multi_hot" : "int")
    switch className {
    case "CategoryEncoding":
      // tf.keras before 2.6 had the older name.
      let key = config["num_tokens"] == nil && !config.generation.isKeras3 ? "max_tokens" : "num_tokens"
      depth = try config.positive(key)
    case "Discretization":
      if let boundaries = config["bin_boundaries"]?.arrayValue {
        depth = boundaries.count + 1
      } else {
        depth = config["num_bins"]?.wholeNumber
      }
    case "HashedCrossing", "Hashing": depth = try config.positive("num_bins")
    default: depth = LookupDepth.read(config)
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    switch (className, mode) {
    case ("Discretization", "multi_hot"), ("Discretization", "count"):
      return [
        PartialShape(input.rank >= 2 ? [input.batch] + input.dimensions.dropFirst(2) + [depth] : [depth])
      ]
    case ("Hashing", "one_hot"): return [PartialShape(input.dimensions.dropLast() + [depth])]
    default: return [input.encoded(mode, depth: depth)]
    }
  }
}

/// `TextVectorization`: words of a text as indices, or as a vector over the vocabulary.
struct TextVectorization: LayerKind {
  static let classNames = ["TextVectorization"]

  private let mode: String
  private let length: Int?
  private let depth: Int?
  private let splits: Bool
  /// tf.keras drops an axis of one text before it splits it into words.
  private let squeezes: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    mode = try config.string("output_mode", default: "int")
    length = config["output_sequence_length"]?.wholeNumber
    depth = LookupDepth.read(config)
    splits = config.object["split"]?.isNull != true
    squeezes = splits && !config.generation.isKeras3
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var input = try call.input
    if mode == "int" { return [[input.batch, length]] }
    if squeezes, input.rank == 2, input.last == 1 { input.dimensions.removeLast() }
    let words =
      splits
      ? PartialShape(input.dimensions + [nil]) : input.rank > 1 ? input : PartialShape(input.dimensions + [1])
    return [words.encoded(mode, depth: depth)]
  }
}

/// The number of categories of a layer with a vocabulary.
private enum LookupDepth {
  static func read(_ config: LayerConfig) -> Int? {
    if config["pad_to_max_tokens"] == true { return config["max_tokens"]?.wholeNumber }
    if let size = config["vocabulary_size"]?.wholeNumber { return size }
    // Before tf.keras told the size, it told the words, among which those out of the vocabulary are not.
    return config["vocabulary"]?.arrayValue.flatMap { words in
      CheckedSize.sum([words.count, config["num_oov_indices"]?.wholeNumber ?? 1])
    }
  }
}

extension PartialShape {
  /// The shape of categories in an output mode of Keras.
  fileprivate func encoded(_ mode: String, depth: Int?) -> PartialShape {
    switch mode {
    case "int": self
    case "one_hot":
      PartialShape((rank > 1 && last == 1 ? Array(dimensions.dropLast()) : dimensions) + [depth])
    default: PartialShape(dimensions.dropLast() + [depth])
    }
  }
}
