package import KerasArchitecture

/// A weight of a model under a name of its own, in the words of Keras 3: `lstm/lstm_cell/kernel`.
package struct NamedWeight: Sendable, Hashable {
  package let name: String
  /// The weight's creation index.
  package let weight: Int
  /// The classes of the layers that it is in.
  package let classes: [String]
}

extension Architecture {
  /// Every weight of the model under a name of its own, in the order of the model.
  package var namedWeights: [NamedWeight] {
    var classes: [Int: [String]] = [:]
    for node in layers.flatMap(\.allNodes) {
      for weight in node.weights { classes[weight.creationIndex, default: []].append(node.className) }
    }
    return layers.flatMap { layer in
      let paths = WeightPaths(of: layer, generation: .keras3)
      return layer.weights.map { weight in
        // A class of somebody's own may name its weights alone.
        let path = paths[weight]
        return NamedWeight(
          name: path.contains("/") ? path : "\(layer.name)/\(path)", weight: weight.creationIndex,
          classes: classes[weight.creationIndex] ?? [])
      }
    }
  }
}
