package import OrderedJSON

/// How one generation of documents is put into the vocabulary of Keras 3, layer by layer.
protocol Dialect: Sendable {
  /// A layer's description in Keras 3's words.
  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation

  /// What this Keras calls a variable that Keras 3 calls `name`.
  func variableName(_ name: String) -> String

  /// How this Keras counts the fans of a weight that its layer says nothing about.
  func fanRule(rank: Int) -> FanRule
}

extension Dialect {
  func variableName(_ name: String) -> String { name }
  func fanRule(rank: Int) -> FanRule { .byRank }
}

/// A layer's description in Keras 3's words.
struct LayerTranslation {
  var className: String
  var config: JSONObject
  /// What the document calls the fields that have another name there.
  var spelling: [String: String] = [:]
  /// Whether the document has the list of layers in place of the fields.
  var isList = false
}

/// Documents of Keras 3, and of Keras 2 wherever a layer reads both.
struct ModernDialect: Dialect {
  let generation: KerasGeneration

  func translate(
    className: String, config: JSONObject, _ place: LayerPlace
  ) throws(ArchitectureError) -> LayerTranslation {
    LayerTranslation(className: className, config: config)
  }

  func fanRule(rank: Int) -> FanRule {
    generation.family == .multiBackendKeras2 && !(2...5).contains(rank) ? .squareRoot : .byRank
  }
}

extension KerasGeneration {
  /// What wrote a document: it may say so, or be known from where it was found, or show it by its form.
  ///
  /// - Parameters:
  ///   - document: what `to_json()` or a file's `model_config` holds.
  ///   - hint: the version that the surrounding file names.
  package init(of document: JSONValue, hint: String?) {
    let stated = document["keras_version"]?.stringValue ?? hint
    self = stated.flatMap(Self.init(version:)) ?? Self.byForm(of: document)
  }

  /// `nil` for what is no version of Keras.
  private init?(version: String) {
    switch version.first {
    case "3"?: self.init(family: .keras3, version: version)
    case "2"?:
      self.init(family: Self.isMultiBackend(version) ? .multiBackendKeras2 : .tfKeras, version: version)
    case "1"?: self.init(family: .keras1, version: version)
    default: return nil
    }
  }

  /// The same family in another version.
  ///
  /// - Parameter version: the version that is to load what is written; `nil` leaves it as it is.
  /// - Returns: the family in that version.
  /// - Throws: if it is no version, or one of a family that has other documents.
  func targeting(_ version: String?) throws(ArchitectureError) -> KerasGeneration {
    guard let version else { return self }
    guard let named = KerasGeneration(version: version), named.family == family else {
      throw ArchitectureError(
        at: .root, "the model is described as Keras \(self.version) does; Keras \(version) does not read that"
      )
    }
    return named
  }

  /// `tf.keras` counted on from 2.4, and before that called its versions `2.2.4-tf`.
  private static func isMultiBackend(_ version: String) -> Bool {
    guard !version.hasSuffix("-tf") else { return false }
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    return parts.count >= 2 && parts[1] <= 3
  }

  /// Only Keras 1 speaks of regularizers of `W` and of `border_mode`; only Keras 1 and 2 call the shape of an input
  /// `batch_input_shape`, and list tensors in lists.
  private static func byForm(of document: JSONValue) -> KerasGeneration {
    let layers = (document["config"]?["layers"] ?? document["config"])?.arrayValue ?? []
    let keras1Fields = ["W_regularizer", "border_mode", "input_dtype", "dim_ordering", "inner_init"]
    if layers.contains(where: { layer in keras1Fields.contains { layer["config"]?[$0] != nil } }) {
      return KerasGeneration(family: .keras1, version: "1.2.2")
    }
    let isKeras2 =
      document["config"]?.arrayValue != nil
      || layers.contains { layer in
        layer["config"]?["batch_input_shape"] != nil
          || layer["inbound_nodes"]?.arrayValue?.first?.arrayValue != nil
      }
    return isKeras2 ? KerasGeneration(family: .tfKeras, version: "2.15.0") : .keras3
  }

  /// Translates this generation's documents.
  func dialect(for document: JSONValue) -> any Dialect {
    family == .keras1 ? Keras1Dialect(document, self) : ModernDialect(generation: self)
  }
}
