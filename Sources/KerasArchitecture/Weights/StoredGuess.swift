package import Tensors

/// What a stored tensor seems to be, for listings of files whose model is not known.
package struct StoredGuess: Sendable, Hashable {
  package let name: String
  package let role: WeightRole

  /// One for each of a layer's own tensors.
  package static func guesses(_ layer: TensorTree) -> [StoredGuess] {
    StoredRoles.guess(layer, mean: nil).map { StoredGuess(name: $0.name, role: $0.role) }
  }
}
