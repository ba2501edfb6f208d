import OrderedJSON
import Tensors

/// The number of categories of a layer with a vocabulary.
enum LookupDepth {
  static func read(_ config: LayerConfig) -> Int? {
    if config["pad_to_max_tokens"] == true { return config["max_tokens"]?.wholeNumber }
    if let size = config["vocabulary_size"]?.wholeNumber { return size }
    // Older versions of tf.keras write the words instead, without those for tokens out of the vocabulary.
    return config["vocabulary"]?.arrayValue.flatMap { words in
      CheckedSize.sum([words.count, config["num_oov_indices"]?.wholeNumber ?? 1])
    }
  }
}

extension PartialShape {
  /// The shape of categories in an output mode of Keras.
  func encoded(_ mode: String, depth: Int?) -> PartialShape {
    switch mode {
    case "int": self
    case "one_hot":
      PartialShape((rank > 1 && last == 1 ? Array(dimensions.dropLast()) : dimensions) + [depth])
    default: PartialShape(dimensions.dropLast() + [depth])
    }
  }
}
