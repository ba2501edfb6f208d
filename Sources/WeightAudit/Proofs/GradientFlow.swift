import SignalGraph
import Tensors

/// Which kernels a gradient can ever reach: a fixpoint over what may be other than zero.
///
/// A signal may be other than zero if what makes it may be; a gradient passes a kernel that may be, and a
/// ReLU whose input may be. A weight that both reach is free: it may be anything from then on. Repeated until
/// nothing changes, whatever is not free stays as it is forever, under every optimizer that moves weights
/// along their gradients. The statement is about whole layers: it never says too much, and may say too little
/// where single units are dead.
struct GradientFlow {
  private let model: WeightedGraph
  private let consumers: [[Int]]
  private var free: Set<Int> = []

  init(_ model: WeightedGraph) {
    self.model = model
    consumers = model.graph.consumers()
    var count = -1
    while count < free.count {
      count = free.count
      sweep()
    }
  }

  /// The trainable kernels that no gradient ever reaches, in the order of the graph.
  var blockedKernels: [Int] {
    var seen: Set<Int> = []
    return model.graph.nodes.flatMap { node -> [Int] in
      switch node.operation {
      case .linear, .recurrence: node.operation.kernels
      default: []
      }
    }.filter { kernel in
      seen.insert(kernel).inserted && model.weights[kernel]?.isTrainable == true && !free.contains(kernel)
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
      switch node.operation {
      case .linear(let map):
        if node.inputs.contains(where: { signals[$0] }) { release(map.weight) }
        if let bias = map.bias { release(bias) }
      case .recurrence(let recurrence):
        if node.inputs.contains(where: { signals[$0] }) { recurrence.kernels.forEach { release($0) } }
        if let bias = recurrence.bias { release(bias) }
      case .normalization(let normalization):
        if let offset = normalization.offset { release(offset) }
        if let scale = normalization.scale, node.inputs.contains(where: { signals[$0] }) { release(scale) }
      case .scaling(let weight): if node.inputs.contains(where: { signals[$0] }) { release(weight) }
      default: node.operation.kernels.forEach { release($0) }
      }
    }
  }

  private mutating func release(_ weight: Int) {
    if model.weights[weight]?.isTrainable != false { free.insert(weight) }
  }

  /// For each node, whether its signal may be other than zero.
  private func forward() -> [Bool] {
    var signals: [Bool] = []
    for node in model.graph.nodes {
      let inputs = node.inputs.map { signals[$0] }
      let any = inputs.contains(true)
      switch node.operation {
      case .linear(let map):
        // Without a bias of its own a sum is zero if all its products are.
        let hasBias = map.bias.map { !isZero($0) } ?? false
        signals.append((any && !isZero(map.weight)) || hasBias)
      case .activation(let activation): signals.append(any || !activation.keepsZero)
      case .multiply, .contraction: signals.append(!inputs.contains(false))
      case .lookup(let weight): signals.append(!isZero(weight))
      case .add, .average, .concatenate, .passThrough, .places, .flatten, .dropout, .meanPool, .maxPool,
        .extremum, .attention, .unitMean:
        signals.append(any)
      // A mean of the second input.
      case .scoredAttention: signals.append(inputs.dropFirst().first ?? true)
      case .scaling(let weight): signals.append(any && !isZero(weight))
      case .affine(let scale, let offset): signals.append((any && scale != 0) || offset != 0)
      // What is 0 throughout has the mean 0, and the offset is left of it.
      case .normalization(let normalization):
        signals.append(
          any || usesStatistics(normalization) || normalization.offset.map { !isZero($0) } ?? false)
      case .recurrence(let recurrence):
        signals.append((any && !recurrence.kernels.allSatisfy(isZero)) || mayStart(recurrence))
      case .source, .opaque: signals.append(true)
      }
    }
    return signals
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
  private func backward(_ signals: [Bool]) -> [Bool] {
    var gradients = [Bool](repeating: false, count: model.graph.nodes.count)
    for index in model.graph.nodes.indices.reversed() {
      gradients[index] =
        consumers[index].isEmpty
        || consumers[index].contains { passes(back: $0, to: index, gradients, signals) }
    }
    return gradients
  }

  private func passes(back index: Int, to input: Int, _ gradients: [Bool], _ signals: [Bool]) -> Bool {
    guard gradients[index] else { return false }
    let node = model.graph.nodes[index]
    switch node.operation {
    case .linear(let map): return !isZero(map.weight)
    case .recurrence(let recurrence): return !recurrence.kernels.allSatisfy(isZero)
    case .activation(let activation) where activation.isReLU: return node.inputs.contains { signals[$0] }
    case .scaling(let weight): return !isZero(weight)
    case .multiply, .contraction:
      // Another factor must be there; a signal times itself is its own.
      let others = node.inputs.filter { $0 != input }
      return others.isEmpty ? signals[input] : others.allSatisfy { signals[$0] }
    default: return true
    }
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
