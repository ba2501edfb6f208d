/// The Keras that wrote a document, which decides defaults, names and formats.
package struct KerasGeneration: Sendable, Hashable {
  package enum Family: String, Sendable, Hashable {
    case keras1
    /// Keras 2.0 to 2.3 over Theano, TensorFlow or CNTK.
    case multiBackendKeras2
    /// `tf.keras` and `tf-keras`.
    case tfKeras
    case keras3
  }

  package let family: Family
  /// The version in the document, or the one whose files are written.
  package let version: String

  /// The generation of documents that name no version.
  package static let keras3 = KerasGeneration(family: .keras3, version: "3.15.1")

  package init(family: Family, version: String) {
    self.family = family
    self.version = version
  }

  /// Whether EinsumDense and attention pass fan axes to their initializers, as Keras does since 3.15.
  var initializersTakeFanAxes: Bool {
    family == .keras3 && isAtLeast(3, 15)
  }

  /// Whether this version is another one, given by its components, or newer.
  package func isAtLeast(_ numbers: Int...) -> Bool {
    let parts = version.split(separator: ".").map { Int($0) ?? 0 }
    return !parts.lexicographicallyPrecedes(numbers)
  }

  /// Whether the order of a graph's layers is that of the document: before 2.0.4 Keras did not sort them by
  /// the longest path to the outputs.
  var ordersLayersAsWritten: Bool {
    family == .keras1 || (family == .multiBackendKeras2 && !isAtLeast(2, 0, 4))
  }

  /// Whether variables are created through Keras 3's classes.
  package var isKeras3: Bool { family == .keras3 }
}
