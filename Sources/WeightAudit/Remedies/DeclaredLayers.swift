import SignalGraph
import Tensors

/// A model's declarations by layers, so that each finding looks at its own.
struct DeclaredLayers {
  let model: WeightedGraph
  let scales: [KernelScale]
  /// The scales by the kernels' indices.
  let suited: [Int: KernelScale]
  /// The kernels whose random stream an earlier one has used, by their layers.
  let repeated: [String: [Int]]
  private let faulty: [String: [(index: Int, weight: WeightedGraph.Weight)]]
  private let recurrences: [String: [Recurrence]]

  init(_ model: WeightedGraph) {
    self.model = model
    scales = KernelScale.all(in: model)
    suited = Dictionary(scales.map { ($0.weight, $0) }) { first, _ in first }
    let weights = model.weightIndices.compactMap { index in
      model.weights[index].map { (index: index, weight: $0) }
    }
    let indices = Dictionary(weights.map { ($0.weight.name, $0.index) }) { first, _ in first }
    repeated = Dictionary(grouping: model.repeatedStreams) { $0.second.layer }.mapValues { pairs in
      pairs.compactMap { indices[$0.second.name] }
    }
    let unfit = weights.filter { _, weight in
      if case .constant? = weight.expectation?.family { return true }
      return weight.values.range.map { $0.upperBound <= 0 } ?? false
    }
    faulty = Dictionary(grouping: unfit) { $0.weight.layer }
    let recurrent = model.graph.nodes.compactMap { node -> (layer: String, recurrence: Recurrence)? in
      guard case .recurrence(let recurrence) = node.operation,
        let layer = model.weights[recurrence.kernel]?.layer
      else { return nil }
      return (layer, recurrence)
    }
    recurrences = Dictionary(grouping: recurrent, by: \.layer).mapValues { $0.map(\.recurrence) }
  }

  /// The weights of layers that are declared to be one value, or never above zero, with their indices.
  func faulty(of layers: [String]) -> [(index: Int, weight: WeightedGraph.Weight)] {
    layers.flatMap { faulty[$0] ?? [] }
  }

  func recurrences(of layers: [String]) -> [Recurrence] { layers.flatMap { recurrences[$0] ?? [] } }
}
