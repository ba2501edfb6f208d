package import OrderedJSON

/// A JSON document that is neither a model as Keras prints it nor an index of shards, though somebody may
/// take it for one.
package struct ForeignText: Sendable, Hashable {
  /// What it is, with its article: `the config.json of a Hugging Face model`.
  package let description: String
  /// What to do instead, where that can be told.
  package let advice: String?

  /// Recognizes a document by its keys; `nil` if it is none of these.
  package init?(_ document: JSONValue) {
    guard let object = document.objectValue, object["class_name"] == nil, object["layers"] == nil else {
      return nil
    }
    func has(_ keys: String...) -> Bool { keys.allSatisfy { object[$0] != nil } }
    if has("model_type") || has("architectures", "torch_dtype") || has("transformers_version") {
      self.init("the config.json of a Hugging Face model")
    } else if has("keras_version", "date_saved") {
      self.init(
        "the metadata.json of a .keras archive",
        advice: "its config.json describes the model, and the archive has the weights")
    } else if has("format", "weightsManifest"), object["format"] != "layers-model" {
      self.init("a TensorFlow.js graph model, whose layers are not described")
    } else {
      return nil
    }
  }

  private init(_ description: String, advice: String? = nil) {
    self.description = description
    self.advice = advice
  }
}

extension ForeignText {
  /// What a text without weights is that somebody takes for a weight file; `nil` if it is not known.
  static func withoutWeights(_ document: JSONValue) -> String? {
    if let foreign = ForeignText(document) {
      return "it is \(foreign.description); "
        + (foreign.advice ?? "expected HDF5, a .keras archive or an index of shards")
    }
    if document["modelTopology"] != nil {
      return
        "it is the model.json of TensorFlow.js, whose weights lie in other files, which wtool does not read"
    }
    let isModel = document.stringValue != nil || document["class_name"] != nil || document["layers"] != nil
    return isModel ? architecture : nil
  }

  static let architecture =
    "it describes a model and has no weights; `wtool plan` lists those that it would have, and `wtool init` "
    + "draws them"

  /// Whether a text is YAML of a model, as `model.to_yaml()` of Keras 1 and 2 returned it.
  package static func isYAML(_ text: [UInt8]) -> Bool {
    let lines = text.prefix(4096).split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    return lines.contains { line in
      ["class_name:", "config:", "keras_version:", "backend:"].contains { line.starts(with: $0.utf8) }
    }
  }
}
