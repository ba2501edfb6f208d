import OrderedJSON

/// The version in a `.keras` archive's `metadata.json`.
enum MetadataVersion {
  /// `nil` if the text is not what Keras writes; nothing depends on it.
  static func read(_ text: [UInt8]) -> String? {
    (try? JSONParser.parse(text))?["keras_version"]?.stringValue
  }
}
