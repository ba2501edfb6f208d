import OrderedJSON

/// A text that is no model as Keras prints it, though somebody may take it for one.
enum ForeignDocument {
  /// The model in a JSON document that wraps it: a document that was encoded twice, as `json.dumps` makes of
  /// the text that `model.to_json()` returns, the `model.json` of TensorFlow.js, or what `model.get_config()`
  /// returns, which lacks the class.
  ///
  /// - Returns: the model and the version of Keras beside it; `nil` if the document is no such wrapping.
  static func model(in document: JSONValue) -> (model: JSONValue, kerasVersion: String?)? {
    if let text = document.stringValue {
      guard let inner = try? JSONParser.parse(Array(text.utf8)), inner.objectValue != nil else { return nil }
      return (inner, nil)
    }
    if let topology = document["modelTopology"], let model = topology["model_config"] {
      return (model, topology["keras_version"]?.stringValue)
    }
    return classed(document).map { ($0, nil) }
  }

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
    guard let object = document.objectValue, object["class_name"] == nil, object["layers"] == nil else {
      return nil
    }
    func has(_ keys: String...) -> Bool { keys.allSatisfy { object[$0] != nil } }
    if has("model_type") || has("architectures", "torch_dtype") || has("transformers_version") {
      return "it is the config.json of a Hugging Face model; expected what Keras's model.to_json() returns"
    }
    if has("keras_version", "date_saved") {
      return "it is the metadata.json of a .keras archive; its config.json describes the model"
    }
    if has("weight_map") {
      return "it is an index of shards, which has weights alone; expected the model's architecture"
    }
    if has("format", "weightsManifest") {
      return "it is a TensorFlow.js graph model, whose layers are not described; expected what Keras's "
        + "model.to_json() returns"
    }
    return nil
  }

  /// Whether a text is YAML of a model, as `model.to_yaml()` of Keras 1 and 2 returned it.
  static func isYAML(_ text: [UInt8]) -> Bool {
    let lines = text.prefix(4096).split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    return lines.contains { line in
      ["class_name:", "config:", "keras_version:", "backend:"].contains { line.starts(with: $0.utf8) }
    }
  }

  static let yaml =
    "it is YAML; wtool reads JSON: python -c 'import json, sys, yaml; "
    + "json.dump(yaml.safe_load(sys.stdin), sys.stdout)' < IN.yaml > OUT.json"

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
