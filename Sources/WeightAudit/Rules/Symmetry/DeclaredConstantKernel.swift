import SignalGraph
import Tensors

/// A kernel, or a table of embeddings, that is declared to be one value, in front of other kernels.
struct DeclaredConstantKernel {
  let weight: WeightedGraph.Weight
  let value: Double
  /// Whether its layer's output is added to another signal before any kernel.
  let isResidualBranch: Bool
  /// Whether its rows are embeddings, of which each sample moves some.
  let isEmbeddings: Bool
  /// Whether its units end in a ReLU.
  let feedsReLU: Bool
  /// What to declare instead.
  let remedy: Remedy
}

extension DeclaredConstantKernel {
  /// The consequence of embeddings that are all the same, and how serious it is.
  static func embeddings(areTrainable: Bool) -> (severity: Severity, text: String) {
    areTrainable
      ? (.note, "no token is told from another until training has moved its row")
      : (.warning, "no token is told from another, and the table is frozen")
  }
}

extension WeightedGraph {
  /// The kernels that are declared constant and that kernels follow, each once. A layer of one unit cannot be
  /// symmetric, and a constant last layer learns from the first step.
  var constantKernels: [DeclaredConstantKernel] {
    let walk = GraphWalk(graph)
    var seen: Set<Int> = []
    var found: [DeclaredConstantKernel] = []
    for (index, node) in graph.nodes.enumerated() {
      if case .linear(let map) = node.operation, map.unitCount < 2 { continue }
      for kernel in node.operation.kernels where seen.insert(kernel).inserted {
        guard let weight = weights[kernel], case .constant(let value)? = weight.expectation?.family,
          walk.isHidden(index)
        else { continue }
        found.append(
          DeclaredConstantKernel(
            weight: weight, value: value, isResidualBranch: walk.isResidualBranch(index),
            isEmbeddings: node.operation == .lookup(weight: kernel),
            feedsReLU: walk.activation(after: index)?.isReLU == true,
            remedy: ScaleRemedy.remedy(of: weight, at: node, before: walk.activation(after: index))))
      }
    }
    return found
  }
}
