import SignalGraph

/// Factors for kernels that give every linear map outputs of one scale, as predicted: LSUV without data.
///
/// Mishkin & Matas, "All you need is a good init", ICLR 2016, who measure on batches what is predicted here.
package enum SignalCalibration {
  /// - Parameters:
  ///   - model: what is declared of the weights.
  ///   - target: the root mean square of the outputs of linear maps, before their biases.
  ///   - inputDeviation: the standard deviation of the model's inputs.
  /// - Returns: by the kernel's index. Kernels that a normalization follows, which cancels every factor, are
  ///   left, as are those that are not drawn and those of which nothing is predicted.
  package static func factors(
    in model: WeightedGraph, target: Double = 1, inputDeviation: Double = 1
  ) -> [Int: Double] {
    let walk = GraphWalk(model.graph)
    var normalized: Set<Int> = []
    for (index, node) in model.graph.nodes.enumerated() {
      if case .linear(let map) = node.operation, walk.isNormalized(after: index) {
        normalized.insert(map.weight)
      }
    }
    let forward = ForwardPropagation(
      model.graph, model.weights, inputDeviation: inputDeviation, target: target)
    return forward.factors.filter { !normalized.contains($0.key) && $0.value != 1 }
  }
}
