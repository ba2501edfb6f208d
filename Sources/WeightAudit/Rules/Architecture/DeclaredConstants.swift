import SignalGraph
import Tensors

/// A kernel of one value, between hidden units.
struct ConstantKernelPlace {
  let node: Int
  let weight: DeclaredModel.Weight
  let value: Double
  let walk: GraphWalk
}

extension DeclaredModel {
  /// The kernels that are declared constant and that kernels follow, each once. A layer of one unit cannot be
  /// symmetric, and a constant head learns from the first step.
  var constantKernels: [ConstantKernelPlace] {
    let walk = GraphWalk(graph)
    var seen: Set<Int> = []
    var places: [ConstantKernelPlace] = []
    for (index, node) in graph.nodes.enumerated() {
      if case .linear(let map) = node.operation, map.unitCount < 2 { continue }
      for kernel in node.operation.kernels where seen.insert(kernel).inserted {
        guard let weight = weights[kernel], case .constant(let value)? = weight.expectation?.family,
          walk.isHidden(index)
        else { continue }
        places.append(ConstantKernelPlace(node: index, weight: weight, value: value, walk: walk))
      }
    }
    return places
  }
}
