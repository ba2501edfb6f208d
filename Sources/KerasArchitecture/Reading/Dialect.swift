package import OrderedJSON

/// How one generation of documents is put into the vocabulary of Keras 3, layer by layer.
protocol Dialect: Sendable {
  /// The class name and configuration in Keras 3's words.
  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> (className: String, config: JSONObject)
}

/// Documents of Keras 3, and of Keras 2 wherever a layer reads both.
struct ModernDialect: Dialect {
  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> (className: String, config: JSONObject) {
    (className, config)
  }
}

extension KerasGeneration {
  /// What wrote a document: it may say so, or be known from where it was found, or show it by its form.
  ///
  /// - Parameters:
  ///   - document: what `to_json()` or a file's `model_config` holds.
  ///   - hint: the version that the surrounding file names.
  /// - Throws: if documents of that version cannot be read.
  package init(of document: JSONValue, hint: String?) throws(ArchitectureError) {
    let stated = document["keras_version"]?.stringValue ?? hint
    switch stated?.first {
    case "3"?: self.init(family: .keras3, version: stated ?? "")
    case "2"?:
      self.init(
        family: Self.isMultiBackend(stated ?? "") ? .multiBackendKeras2 : .tfKeras, version: stated ?? "")
    case "1"?:
      throw ArchitectureError(
        at: .root["keras_version"], "documents of Keras 1 cannot be read yet; found version \(stated ?? "")")
    default:
      self = Self.looksLikeKeras2(document) ? KerasGeneration(family: .tfKeras, version: "2.15.0") : .keras3
    }
  }

  /// `tf.keras` counted on from 2.4, and before that called its versions `2.2.4-tf`.
  private static func isMultiBackend(_ version: String) -> Bool {
    guard !version.hasSuffix("-tf") else { return false }
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    return parts.count >= 2 && parts[1] <= 3
  }

  /// Only Keras 2 calls the shape of an input `batch_input_shape`, and lists tensors in lists.
  private static func looksLikeKeras2(_ document: JSONValue) -> Bool {
    if document["config"]?.arrayValue != nil { return true }
    let layers = document["config"]?["layers"]?.arrayValue ?? []
    return layers.contains { layer in
      layer["config"]?["batch_input_shape"] != nil
        || layer["inbound_nodes"]?.arrayValue?.first?.arrayValue != nil
    }
  }
}
