import SignalGraph

/// The predicted scale of a layer's outputs, and of the gradient with respect to them.
package struct LayerSignal: Sendable, Hashable {
  package let layer: String
  /// The root mean square of the layer's outputs, for inputs of unit mean square; `nil` where nothing is
  /// known.
  package let forward: Double?
  /// The root mean square of the gradient with respect to it, for one of unit mean square at the model's
  /// outputs.
  package let gradient: Double?

  /// For each layer in the order of the graph; a layer that is used twice has the values of its last use.
  package static func all(in model: WeightedGraph) -> [LayerSignal] {
    let propagation = model.propagation
    var last: [String: Int] = [:]
    for (index, node) in model.graph.nodes.enumerated() { last[node.layer] = index }
    return model.graph.nodes.enumerated().compactMap { index, node in
      guard last[node.layer] == index else { return nil }
      return LayerSignal(
        layer: node.layer, forward: propagation.signals[index]?.rootMeanSquare,
        gradient: propagation.gradients[index]?.rootMeanSquare)
    }
  }
}
