import SignalGraph
import Tensors

/// A kernel, or a table of embeddings, that is declared to be one value, in front of other kernels.
struct DeclaredConstantKernel {
  let weight: WeightedGraph.Weight
  let value: Double
  /// Whether its layer's output is added to another signal before any kernel.
  let isResidualBranch: Bool
  /// What follows if its rows are embeddings, of which each sample moves some; `nil` for a kernel.
  let embeddings: ConstantEmbeddings?
  /// Whether its units end in a ReLU.
  let feedsReLU: Bool
  /// What to declare instead.
  let remedy: Remedy
}

/// What follows from embeddings that are all the same.
struct ConstantEmbeddings {
  let severity: Severity
  let consequence: String

  init(areTrainable: Bool, areTrained: Bool = false) {
    severity = areTrainable && !areTrained ? .note : .warning
    consequence =
      "no token is told from another"
      + (!areTrainable
        ? ", and the table is frozen"
        : areTrained ? ", though the model is trained" : " until training has moved its row")
  }

  init?(_ tensor: AuditedTensor, in model: AuditedModel) {
    guard tensor.role == .embeddings else { return nil }
    self.init(areTrainable: tensor.isTrainable, areTrained: model.isTrained(tensor))
  }
}

extension WeightedGraph {
  /// The kernels that are declared constant and that kernels follow, and all such tables of embeddings, each
  /// once. A layer of one unit cannot be symmetric, and a constant last layer learns from the first step.
  var constantKernels: [DeclaredConstantKernel] {
    let walk = GraphWalk(graph)
    var seen: Set<Int> = []
    var found: [DeclaredConstantKernel] = []
    for (index, node) in graph.nodes.enumerated() {
      if case .linear(let map) = node.operation, map.unitCount < 2 { continue }
      for kernel in node.operation.kernels where seen.insert(kernel).inserted {
        guard let weight = weights[kernel], case .constant(let value)? = weight.expectation?.family,
          walk.isHidden(index) || node.operation == .lookup(weight: kernel)
        else { continue }
        found.append(
          DeclaredConstantKernel(
            weight: weight, value: value, isResidualBranch: walk.isResidualBranch(index),
            embeddings: node.operation == .lookup(weight: kernel)
              ? ConstantEmbeddings(areTrainable: weight.isTrainable) : nil,
            feedsReLU: walk.activation(after: index)?.isFlatAtZero == true,
            remedy: ScaleRemedy.remedy(of: weight, at: node, before: walk.activation(after: index))))
      }
    }
    return found
  }
}
