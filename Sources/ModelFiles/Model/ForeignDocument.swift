import OrderedJSON
import WeightFiles

/// A text that is no model as Keras prints it, though somebody may take it for one.
enum ForeignDocument {
  /// The model in a JSON document that wraps it: a document that was encoded twice, as `json.dumps` makes of
  /// the text that `model.to_json()` returns, the `model.json` of TensorFlow.js, or what `model.get_config()`
  /// returns, which lacks the class.
  ///
  /// - Returns: the model and the version of Keras beside it; `nil` if the document is no such wrapping.
  static func model(in document: JSONValue) -> (model: JSONValue, kerasVersion: String?)? {
    var text = document
    // Whoever encodes a text twice may do so three times.
    for _ in 0..<depth {
      guard let inner = text.stringValue else { break }
      guard let decoded = try? JSONParser.parse(Array(inner.utf8)) else { return nil }
      text = decoded
    }
    if let topology = text["modelTopology"] {
      // TensorFlow.js itself puts the model there, the converter around it what Keras's file says of it.
      let version = topology["keras_version"]?.stringValue
      if let model = topology["model_config"] { return (model, version) }
      if topology["class_name"] != nil { return (topology, version) }
    }
    if let model = classed(text) { return (model, nil) }
    return text.objectValue != nil && document.stringValue != nil ? (text, nil) : nil
  }

  /// How often a document is decoded at most.
  private static let depth = 4

  /// A configuration with the class that it is of.
  ///
  /// - Returns: `nil` if it is none; the short form has lists of layers too, but with the model's input.
  private static func classed(_ config: JSONValue) -> JSONValue? {
    guard let object = config.objectValue, let layers = object["layers"]?.arrayValue, !layers.isEmpty,
      ["class_name", "config", "input_shape", "batch_shape", "batch_input_shape", "$schema"]
        .allSatisfy({ object[$0] == nil }),
      layers.allSatisfy({ $0["class_name"] != nil && $0["config"]?["name"] != nil })
    else { return nil }
    let isFunctional = object["output_layers"] != nil
    let className: JSONValue = isFunctional ? "Functional" : "Sequential"
    guard layers.contains(where: { $0["module"] != nil }) else {
      return ["class_name": className, "config": config]
    }
    return [
      "module": isFunctional ? "keras.src.models.functional" : "keras", "class_name": className,
      "config": config, "registered_name": isFunctional ? className : .null,
    ]
  }

  /// What a JSON document is instead of a model, and what to do; `nil` if it is not known.
  static func reason(_ document: JSONValue) -> String? {
    if document["class_name"] == nil, document["layers"] == nil, document["weight_map"] != nil {
      return "it is an index of shards, which has weights alone; expected the model's architecture"
    }
    return ForeignText(document).map {
      "it is \($0.description); " + ($0.advice ?? "expected what Keras's model.to_json() returns")
    }
  }

  /// Whether a text is the description of a model, as far as it can be told apart from anything else.
  static func isModel(_ text: [UInt8]) -> Bool {
    guard let document = try? JSONParser.parse(utf8(text)) else { return false }
    let model = model(in: document)?.model ?? document
    return model["class_name"] != nil || model["layers"] != nil
  }

  /// A text in UTF-8 that may be UTF-16 with its mark, as Windows's shell redirects it.
  static func utf8(_ text: [UInt8]) -> [UInt8] {
    let isBigEndian = text.starts(with: [0xFE, 0xFF])
    guard isBigEndian || text.starts(with: [0xFF, 0xFE]), text.count.isMultiple(of: 2) else { return text }
    let units = stride(from: 2, to: text.count, by: 2).map { index in
      let (one, other) = (UInt16(text[index]), UInt16(text[index + 1]))
      return isBigEndian ? one << 8 | other : other << 8 | one
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
