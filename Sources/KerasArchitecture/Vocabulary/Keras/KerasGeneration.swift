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
  /// Whether its convolutions go through their kernels backwards, as those of Theano do; `nil` if it is one
  /// that ran on Theano too, and nothing says on what it ran.
  package var flipsKernels: Bool?
  /// Whether its integers have 32 bits where TensorFlow has 64, as those of all other backends do.
  package var hasShortIntegers = false
  /// What its hard sigmoid divides by.
  var hardSigmoidDivisor: Double

  /// The generation of documents that name no version.
  package static let keras3 = KerasGeneration(family: .keras3, version: "3.15.1")

  package init(family: Family, version: String) {
    self.family = family
    self.version = version
    hardSigmoidDivisor = family == .keras3 ? 6 : 5
    flipsKernels = family == .keras3 || family == .tfKeras ? false : nil
  }

  /// The same, on a backend of Keras.
  func running(on backend: String?) -> KerasGeneration {
    guard let backend, flipsKernels == nil else { return self }
    var generation = self
    generation.flipsKernels = backend == "theano"
    return generation
  }

  /// The same with the arithmetic of another one, whose weights it is to read.
  func computing(as other: KerasGeneration) -> KerasGeneration {
    var generation = self
    generation.flipsKernels = other.flipsKernels
    generation.hardSigmoidDivisor = other.hardSigmoidDivisor
    return generation
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

  /// The name in Keras 1 of a variable that has another one in Keras 3.
  package static func keras1Name(ofWeight name: String) -> String { keras1WeightNames[name] ?? name }

  private static let keras1WeightNames = [
    "alpha": "alphas", "bias": "b", "embeddings": "W", "kernel": "W", "moving_mean": "running_mean",
    "moving_variance": "running_std", "recurrent_kernel": "U",
  ]
}
