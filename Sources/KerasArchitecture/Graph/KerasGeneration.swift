/// Which Keras wrote a document: that decides defaults, names and who can load the result.
package struct KerasGeneration: Sendable, Hashable {
  package enum Family: String, Sendable, Hashable {
    /// Keras 2.0 to 2.3 over Theano, TensorFlow or CNTK.
    case multiBackendKeras2
    /// `tf.keras` and `tf-keras`.
    case tfKeras
    case keras3
  }

  package let family: Family
  /// The version in the document, or the one whose files are written.
  package let version: String

  /// What is written for documents that name no version.
  package static let keras3 = KerasGeneration(family: .keras3, version: "3.15.1")

  package init(family: Family, version: String) {
    self.family = family
    self.version = version
  }

  /// Whether EinsumDense and attention tell their initializers which axes are fans: Keras does since 3.15.
  var initializersTakeFanAxes: Bool {
    let parts = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    return family == .keras3 && (parts.count < 2 || (parts[0], parts[1]) >= (3, 15))
  }

  /// Whether variables are created through Keras 3's classes.
  package var isKeras3: Bool { family == .keras3 }
}
