package import KerasArchitecture

/// A weight of a model under a name of its own, in the words of Keras 3: `lstm/lstm_cell/kernel`.
package struct NamedWeight: Sendable, Hashable {
  package let name: String
  /// The weight's creation index.
  package let weight: Int
}

extension Architecture {
  /// Every weight of the model under a name of its own, in the order of the model.
  package var namedWeights: [NamedWeight] {
    layers.flatMap { layer in
      let paths = WeightPaths(of: layer, generation: .keras3)
      return layer.weights.map { NamedWeight(name: paths[$0], weight: $0.creationIndex) }
    }
  }
}
