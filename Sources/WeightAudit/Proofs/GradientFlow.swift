import SignalGraph
import Tensors

/// Which kernels a gradient can ever reach: a fixpoint over what signals can be.
///
/// A signal has bounds, which follow from those of what makes it; a gradient passes a kernel that may be
/// other than zero, and a ReLU whose input may be above zero. A weight that a gradient and a signal reach is
/// free: it may be anything from then on. Repeated until nothing changes, whatever is not free stays as it is
/// forever, under every optimizer that moves weights along their gradients. The statement is about whole
/// layers: it never says too much, and may say too little where single units are dead.
struct GradientFlow {
  private let model: WeightedGraph
  private let consumers: [[Int]]
  private let walk: GraphWalk
  private var free: Set<Int> = []

  init(_ model: WeightedGraph) {
    self.model = model
    consumers = model.graph.consumers()
    walk = GraphWalk(model.graph)
    var count = -1
    while count < free.count {
      count = free.count
      sweep()
    }
  }

  /// The trainable kernels and tables of embeddings that no gradient ever reaches, in the order of the graph.
  var blockedKernels: [Int] {
    var seen: Set<Int> = []
    return model.graph.nodes.flatMap { node -> [Int] in
      switch node.operation {
      case .linear, .recurrence, .lookup, .attention(positions: 1, _): node.operation.kernels
      default: []
      }
    }.filter { kernel in
      seen.insert(kernel).inserted && model.weights[kernel]?.isTrainable == true && !free.contains(kernel)
    }
  }

  /// Whether all that is blocked are scores of attention over one position, which are 1 whatever they are.
  var blocksByOnePosition: Bool {
    let scores = model.graph.nodes.flatMap { node -> [Int] in
      if case .attention(positions: 1, _) = node.operation { node.operation.kernels } else { [] }
    }
    return !blockedKernels.isEmpty && Set(scores).isSuperset(of: blockedKernels)
  }

  /// A layer that hands no gradient back although it gets one.
  struct Barrier {
    let layer: String
    let reason: String
    /// Whether it is a softmax over one unit, of which another rule speaks.
    let isConstantSoftmax: Bool
    /// Whether it is a ReLU of what is never above zero.
    let isRectifier: Bool
    /// The kernels whose sums the layer takes, by name.
    let kernels: [String]
  }

  /// The layers that stop gradients, in the order of the graph; those that do it by zeros in their kernels
  /// are left out.
  var barriers: [Barrier] {
    let signals = forward()
    let gradients = backward(signals)
    var result: [Barrier] = []
    for (index, node) in model.graph.nodes.enumerated() where gradients[index] {
      guard let input = node.inputs.first, !passes(back: index, to: input, gradients, signals),
        let reason = reason(node.operation, signals[input]),
        !result.contains(where: { $0.layer == node.layer })
      else { continue }
      result.append(
        Barrier(
          layer: node.layer, reason: reason,
          isConstantSoftmax: node.operation == .activation(.softmax(units: 1)),
          isRectifier: signals[input].upper <= 0 && node.operation.isRectifier,
          kernels: model.graph.nodes[input].operation.kernels.compactMap { model.weights[$0]?.name }))
    }
    return result
  }

  private func reason(_ operation: SignalOperation, _ input: SignalRange) -> String? {
    switch operation {
    case .activation(.softmax): "it is over one unit"
    case .activation(.rectifier) where input.upper <= 0: "nothing that is above 0 gets there"
    case .activation: "what gets there is always where the function is flat"
    case .gradientFree: "it is flat wherever it is smooth"
    case .scaling, .normalization: "its scale is 0"
    case .affine: "what it returns is always 0"
    case .dropout: "it drops everything"
    case .scoredAttention(let attention) where attention.keys == 1: "it attends to one position"
    default: nil
    }
  }

  /// Whether a weight is zero and stays so, as far as this sweep knows.
  private func isZero(_ weight: Int) -> Bool {
    !free.contains(weight) && model.weights[weight]?.expectation?.meanSquare == 0
  }

  private mutating func sweep() {
    let signals = forward()
    let gradients = backward(signals)
    for (index, node) in model.graph.nodes.enumerated() where gradients[index] {
      let isFed = node.inputs.contains { !signals[$0].isZero }
      switch node.operation {
      case .linear(let map):
        if isFed { release(map.weight) }
        if let bias = map.bias { release(bias) }
      case .recurrence(let recurrence):
        if isFed { recurrence.kernels.forEach { release($0) } }
        if let bias = recurrence.bias { release(bias) }
      case .normalization(let normalization):
        if let offset = normalization.offset { release(offset) }
        if let scale = normalization.scale, isFed { release(scale) }
      case .scaling(let weight): if isFed { release(weight) }
      // The softmax over one score is 1, whatever the score.
      case .attention(positions: 1, _): break
      default: node.operation.kernels.forEach { release($0) }
      }
    }
  }

  private mutating func release(_ weight: Int) {
    if model.weights[weight]?.isTrainable != false { free.insert(weight) }
  }

  /// The values that a weight can have, as far as this sweep knows.
  private func range(of weight: Int) -> SignalRange {
    guard !free.contains(weight), let weight = model.weights[weight], let range = weight.values.range else {
      return .any
    }
    return SignalRange(range)
  }

  /// For each node, the values that its signal can have.
  private func forward() -> [SignalRange] {
    var signals: [SignalRange] = []
    for (index, node) in model.graph.nodes.enumerated() {
      let inputs = node.inputs.map { signals[$0] }
      // A slope of its own may be anything, and keeps zero.
      signals.append(
        hasOwnSlope(index) && !inputs.allSatisfy(\.isZero) ? .any : signal(node, inputs))
    }
    return signals
  }

  private func signal(_ node: SignalGraph.Node, _ inputs: [SignalRange]) -> SignalRange {
    let all = inputs.dropFirst().reduce(inputs.first ?? .any) { $0.joined(with: $1) }
    switch node.operation {
    case .source, .opaque, .gradientFree: return .any
    case .lookup(let weight): return range(of: weight)
    case .linear(let map):
      // Without a bias of its own a sum is zero if all its products are.
      return all.summed(with: range(of: map.weight)) + (map.bias.map(range) ?? .zero)
    case .activation(let activation): return all.through(activation)
    case .add: return inputs.isEmpty ? .any : inputs.dropFirst().reduce(inputs[0], +)
    case .average:
      return inputs.isEmpty
        ? .any : inputs.dropFirst().reduce(inputs[0], +).scaled(by: 1 / Double(inputs.count))
    case .multiply: return inputs.dropFirst().reduce(inputs.first ?? .any, *)
    case .contraction: return inputs.count == 2 ? inputs[0].summed(with: inputs[1]) : .any
    case .concatenate, .extremum, .flatten: return all
    // There may be zeros around, or instead.
    // Some of these layers add noise, or take a mean away.
    case .passThrough: return all.isZero ? .zero : .any
    case .places, .meanPool, .maxPool, .unitMean, .attention: return all.joined(with: .zero)
    // A mean of the second input.
    case .scoredAttention: return inputs.count > 1 ? inputs[1].joined(with: .zero) : .any
    case .dropout(let rate):
      return rate >= 1 ? .zero : all.scaled(by: 1 / (1 - max(rate, 0))).joined(with: .zero)
    case .scaling(let weight): return all * range(of: weight)
    case .affine(let scale, let offset): return all.scaled(by: scale) + SignalRange(offset)
    case .normalization(let normalization):
      let offset = normalization.offset.map(range) ?? .zero
      // What is 0 throughout has the mean 0, and the offset is left of it.
      let isNothing =
        normalization.scale.map(isZero) ?? false || (all.isZero && !usesStatistics(normalization))
      return isNothing ? offset : .any
    case .recurrence(let recurrence):
      let isNothing = (all.isZero || recurrence.kernels.allSatisfy(isZero)) && !mayStart(recurrence)
      return isNothing ? .zero : .any
    }
  }

  /// Whether it may take away a stored mean instead of the signal's own, as a frozen batch normalization
  /// does.
  private func usesStatistics(_ normalization: Normalization) -> Bool {
    guard normalization.kind == .batch else { return false }
    guard let parameter = normalization.offset ?? normalization.scale else { return true }
    return model.weights[parameter]?.isTrainable != true
  }

  /// Whether a cell may make something of nothing: a candidate other than zero comes from a bias, or from an
  /// activation that does not keep zero.
  private func mayStart(_ recurrence: Recurrence) -> Bool {
    guard recurrence.activation.keepsZero, recurrence.mirrored.isEmpty else { return true }
    guard let bias = recurrence.bias, !isZero(bias) else { return false }
    // The forget gate's bias opens a gate on nothing.
    guard recurrence.cell == .longShortTerm, !free.contains(bias),
      let values = model.weights[bias]?.values.sample,
      values.count == 4 * recurrence.units
    else { return true }
    return values[2 * recurrence.units..<3 * recurrence.units].contains { $0 != 0 }
  }

  /// For each node, whether the gradient of its output may be other than zero; a loss gives one to every
  /// output.
  private func backward(_ signals: [SignalRange]) -> [Bool] {
    var gradients = [Bool](repeating: false, count: model.graph.nodes.count)
    for index in model.graph.nodes.indices.reversed() {
      gradients[index] =
        consumers[index].isEmpty
        || consumers[index].contains { passes(back: $0, to: index, gradients, signals) }
    }
    return gradients
  }

  private func passes(
    back index: Int, to input: Int, _ gradients: [Bool], _ signals: [SignalRange]
  ) -> Bool {
    guard gradients[index] else { return false }
    let node = model.graph.nodes[index]
    switch node.operation {
    case .linear(let map): return !isZero(map.weight)
    case .recurrence(let recurrence): return !recurrence.kernels.allSatisfy(isZero)
    case .activation(let activation):
      // A slope of its own, which is learned, is what follows a ReLU in the same layer.
      if hasOwnSlope(index) { return !signals[input].isZero }
      return !signals[input].isFlat(in: activation)
    case .gradientFree: return !walk.isHidden(index)
    case .scaling(let weight): return !isZero(weight)
    case .normalization(let normalization): return normalization.scale.map { !isZero($0) } ?? true
    case .affine(let scale, _): return scale != 0
    case .dropout(let rate): return rate < 1
    case .multiply, .contraction:
      // Another factor must be there; a signal times itself is its own.
      let others = node.inputs.filter { $0 != input }
      return others.isEmpty ? !signals[input].isZero : others.allSatisfy { !signals[$0].isZero }
    case .scoredAttention(let attention): return passes(attention, node.inputs, back: input, signals)
    default: return true
    }
  }

  /// Whether a gradient gets to an input of an attention without kernels of its own: to the values always,
  /// and to a query through the keys, and the reverse.
  private func passes(
    _ attention: ScoredAttention, _ inputs: [Int], back input: Int, _ signals: [SignalRange]
  ) -> Bool {
    guard inputs.count > 1, input != inputs[1] else { return true }
    // The softmax over one score is 1, whatever the score.
    guard attention.keys != 1 else { return false }
    guard attention.score == .product else { return true }
    let key = attention.hasKey ? inputs.last ?? inputs[1] : inputs[1]
    return input == key && input == inputs[0] || !signals[input == inputs[0] ? key : inputs[0]].isZero
  }

  private func hasOwnSlope(_ index: Int) -> Bool {
    GraphWalk.hasOwnSlope(index, model.graph, consumers)
  }
}

extension SignalOperation {
  fileprivate var isRectifier: Bool {
    if case .activation(.rectifier) = self { true } else { false }
  }
}

extension Activation {
  /// Whether it makes nothing of nothing.
  fileprivate var keepsZero: Bool {
    switch self {
    case .linear, .rectifier, .elu, .selu, .gelu, .silu, .hardSilu, .mish, .softsign, .tanh, .tanhShrink,
      .shrink, .absolute, .square, .sine:
      true
    case .clipped(let low, let high): low <= 0 && high >= 0
    case .softplus, .sigmoid, .hardSigmoid, .sparseSigmoid, .logSigmoid, .squareplus, .sparsePlus,
      .exponential, .cosine, .softmax, .unknown:
      false
    }
  }
}
