import Failures
package import OrderedJSON

extension KerasGeneration {
  /// The generation that wrote a document: as it says, or as the file around it says, or else by its form.
  ///
  /// - Parameters:
  ///   - document: the output of `to_json()`, or a file's `model_config`.
  ///   - hint: the version in the file around it.
  package init(of document: JSONValue, hint: String?) {
    let stated = document["keras_version"]?.stringValue ?? hint
    self = stated.flatMap(Self.init(version:)) ?? Self.byForm(of: document)
  }

  /// `nil` for a text that is not a version of Keras.
  init?(version: String) {
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
  /// - Parameter version: the version that is to load the result; `nil` leaves it as it is.
  /// - Returns: the family in that version.
  /// - Throws: if it is not a version, or one of another family, whose documents differ.
  func targeting(_ version: String?) throws(ArchitectureError) -> KerasGeneration {
    guard let version else { return self }
    guard let named = KerasGeneration(version: version), named.family == family else {
      throw ArchitectureError(
        at: .root,
        "the architecture is in the form of Keras \(self.version); Keras \(version) does not read that",
        kind: .mismatch)
    }
    return named
  }

  /// Versions below 2.4 without a suffix: `tf.keras` began at 2.4, and before that wrote `2.2.4-tf`.
  private static func isMultiBackend(_ version: String) -> Bool {
    guard !version.hasSuffix("-tf") else { return false }
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    return parts.count >= 2 && parts[1] <= 3
  }

  /// Only Keras 1 has `W_regularizer` and `border_mode`; only Keras 1 and 2 have `batch_input_shape`, and
  /// write tensors as lists.
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

  /// The dialect of this generation's documents.
  func dialect(for document: JSONValue) -> any Dialect {
    family == .keras1 ? Keras1Dialect(document, self) : ModernDialect(generation: self)
  }
}
