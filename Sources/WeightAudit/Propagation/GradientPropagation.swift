import SignalGraph
import Tensors

/// The propagation of gradients from the outputs to the inputs.
///
/// Schoenholz et al., ICLR 2017: gradients are taken to be independent of the weights that they pass.
struct GradientPropagation {
  private let graph: SignalGraph
  private let weights: [Int: WeightedGraph.Weight]
  private let forward: ForwardPropagation
  /// The poolings that hand their gradient whole to each place.
  private let merging: Set<Int>
  private(set) var gradients: [GradientMoments?] = []
  /// For each node, the nodes whose signals lie side by side in its own: itself alone, but for a
  /// concatenation.
  private var leaves: [[Int]] = []
  /// Of a concatenation, the gradients of its parts: a normalization hands more back to those that vary less.
  private var parts: [Int: [Int: GradientMoments]] = [:]
  /// How many channels nodes have, as the concatenations that they go into tell.
  private var channelCounts: [Int: Int] = [:]

  init(
    _ graph: SignalGraph, _ weights: [Int: WeightedGraph.Weight], _ forward: ForwardPropagation,
    mergesPlaces: Bool = false
  ) {
    self.graph = graph
    self.weights = weights
    self.forward = forward
    merging = mergesPlaces ? Self.bottlenecks(graph) : []
    for (index, node) in graph.nodes.enumerated() {
      if case .concatenate(let sizes) = node.operation {
        for (input, size) in zip(node.inputs, sizes) { channelCounts[input] = size }
        leaves.append(node.inputs.flatMap { leaves[$0] })
      } else {
        leaves.append([index])
      }
    }
    let consumers = graph.consumers()
    gradients = Array(repeating: nil, count: consumers.count)
    for index in consumers.indices.reversed() {
      gradients[index] = total(at: index, consumers[index]).flatMap { $0.square.isFinite ? $0 : nil }
    }
  }

  /// The nodes that every signal passes: no branch leads around them.
  private static func bottlenecks(_ graph: SignalGraph) -> Set<Int> {
    var result: Set<Int> = []
    var farthest = 0
    for (index, consumers) in graph.consumers().enumerated() {
      if farthest <= index { result.insert(index) }
      farthest = max(farthest, consumers.max() ?? 0)
    }
    return result
  }

  /// The gradient with respect to a node's signal: the sum of what its consumers hand back.
  private mutating func total(at index: Int, _ consumers: [Int]) -> GradientMoments? {
    guard !consumers.isEmpty else { return GradientMoments(square: 1, acrossPlaces: 0) }
    var total = GradientMoments(square: 0, acrossPlaces: 0)
    var byLeaf: [Int: GradientMoments] = [:]
    for consumer in Set(consumers).sorted() {
      guard let part = contribution(of: consumer, to: index) else { return nil }
      total.add(part)
      for leaf in leaves[index] where leaves[index].count > 1 {
        guard let own = contribution(of: consumer, to: index, leaf: leaf) else { return nil }
        byLeaf[leaf, default: GradientMoments(square: 0, acrossPlaces: 0)].add(own)
      }
    }
    guard !byLeaf.isEmpty else { return total }
    parts[index] = byLeaf
    return mean(byLeaf, over: leaves[index])
  }

  /// What a node hands back to one part of its input.
  private func contribution(of consumer: Int, to index: Int, leaf: Int) -> GradientMoments? {
    let node = graph.nodes[consumer]
    if case .concatenate = node.operation { return parts[consumer]?[leaf] ?? gradients[consumer] }
    guard case .normalization(let normalization) = node.operation, normalization.kind == .batch,
      let gradient = gradients[consumer], let signal = forward.signals[leaf]
    else { return contribution(of: consumer, to: index) }
    let scale =
      normalization.scale == nil ? 1 : normalization.scale.flatMap { weights[$0]?.expectation?.meanSquare }
    let variance = max(signal.square - signal.acrossSamples, 0)
    return scale.map { gradient.scaled($0 / (variance + normalization.epsilon)) }
  }

  /// What a node hands back to one of its inputs.
  private func contribution(of index: Int, to input: Int) -> GradientMoments? {
    let node = graph.nodes[index]
    guard let gradient = gradients[index] else { return nil }
    let times = Double(node.inputs.filter { $0 == input }.count)
    switch node.operation {
    case .linear(let map):
      guard let kernel = KernelMoments(map, weights[map.weight]) else { return nil }
      return gradient.scaled(kernel.backward * map.coverage)
    // The reference of all gradients is what softmax gets at the end.
    case .activation(.softmax) where forward.slopes[index] == nil: return gradient
    case .activation, .normalization:
      return forward.slopes[index].map { gradient.scaled($0.square, acrossPlaces: $0.acrossPlaces) }
    case .add: return gradient.scaled(times * times)
    case .average: return gradient.scaled(times * times / Double(node.inputs.count * node.inputs.count))
    case .multiply(let repeats):
      if times > 1 { return forward.signals[input].map { gradient.scaled(times * times * $0.square) } }
      // Every repetition hands back its part.
      let place = node.inputs.firstIndex(of: input) ?? 0
      var factor = repeats.indices.contains(place) ? Double(repeats[place]) : 1
      for other in node.inputs where other != input {
        guard let signal = forward.signals[other] else { return nil }
        factor *= signal.square
      }
      return gradient.scaled(factor)
    case .concatenate: return handedBack(by: index, to: input) ?? gradient
    case .passThrough, .places, .flatten: return gradient
    case .extremum: return gradient.scaled(1 / Double(node.inputs.count))
    case .dropout(let rate):
      return rate < 1 ? gradient.scaled(1 / (1 - rate), acrossPlaces: 1) : gradient.scaled(0)
    case .affine(let scale, _): return gradient.scaled(scale * scale)
    case .unitMean(let count):
      return gradient.scaled(1 / (Double(max(count, 1)) * Double(max(count, 1))))
    case .scaling(let weight):
      return weights[weight]?.expectation.map { gradient.scaled($0.meanSquare) }
    case .meanPool(let window):
      guard let window, !(window.isGlobal && merging.contains(index)) else { return gradient }
      let (count, stride) = (Double(max(window.count, 1)), Double(max(window.stride, 1)))
      // Within a window all places get the same.
      return GradientMoments(
        square: gradient.square / (count * stride),
        acrossPlaces: count == stride
          ? gradient.square / (count * count) : gradient.acrossPlaces / (stride * stride))
    case .maxPool(let window?) where window.isGlobal && merging.contains(index): return gradient
    case .maxPool(let window):
      let stride = Double(max(window?.stride ?? 1, 1))
      return gradient.scaled(1 / stride, acrossPlaces: 1 / (stride * stride))
    case .attention(let positions, _):
      let count = Double(max(positions ?? 1, 1))
      let common = gradient.square / count + gradient.acrossPlaces * (1 - 1 / count)
      return GradientMoments(square: common, acrossPlaces: common)
    case .scoredAttention: return forward.attentions[index]?.gradient(gradient, to: input)
    case .contraction:
      return forward.contractions[index]?.gradient(gradient, toFirst: node.inputs[0] == input)
    case .recurrence: return forward.recurrences[index].map { $0.inputGradient(gradient) }
    case .source, .lookup, .gradientFree, .opaque: return nil
    }
  }

  /// What a concatenation hands back to one of its inputs: the mean over the parts that lie in it.
  private func handedBack(by index: Int, to input: Int) -> GradientMoments? {
    parts[index].flatMap { mean($0, over: leaves[input]) }
  }

  private func mean(_ parts: [Int: GradientMoments], over leaves: [Int]) -> GradientMoments? {
    let own = leaves.compactMap { leaf in parts[leaf].map { ($0, Double(max(channelCounts[leaf] ?? 1, 1))) } }
    let weight = own.reduce(0) { $0 + $1.1 }
    guard weight > 0 else { return nil }
    return GradientMoments(
      square: own.reduce(0) { $0 + $1.0.square * $1.1 } / weight,
      acrossPlaces: own.reduce(0) { $0 + $1.0.acrossPlaces * $1.1 } / weight)
  }
}
