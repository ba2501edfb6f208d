package import SignalGraph

/// Questions about the surroundings of a node.
struct GraphWalk {
  private let graph: SignalGraph
  private let consumers: [[Int]]

  init(_ graph: SignalGraph) {
    self.graph = graph
    consumers = graph.consumers()
  }

  /// The first activation after a node, through layers that hand the signal on; `nil` if there is none.
  func activation(after index: Int) -> Activation? {
    var current = index
    while let next = consumers[current].first {
      switch graph.nodes[next].operation {
      case .activation(let activation) where activation != .linear: return activation
      case .activation, .passThrough, .places, .flatten, .dropout, .affine, .scaling, .normalization:
        current = next
      default: return nil
      }
    }
    return nil
  }

  /// Whether what follows a node at once brings its signal to unit variance.
  func isNormalized(after index: Int) -> Bool {
    var current = index
    while let next = consumers[current].first {
      switch graph.nodes[next].operation {
      case .normalization: return true
      case .activation(.linear), .passThrough, .places, .flatten, .dropout, .affine, .scaling: current = next
      default: return false
      }
    }
    return false
  }

  /// Whether a kernel lies behind a node, so that the node's units are hidden units.
  func isHidden(_ index: Int) -> Bool {
    reaches(index) { !$0.kernels.isEmpty }
  }

  /// Whether the node's signal is added to another one before any kernel: a branch that may start at zero.
  func isResidualBranch(_ index: Int) -> Bool {
    var current = index
    while let next = consumers[current].first, consumers[current].count == 1 {
      switch graph.nodes[next].operation {
      case .add where graph.nodes[next].inputs.count > 1: return true
      case .activation, .passThrough, .places, .flatten, .dropout, .affine, .scaling, .normalization:
        current = next
      default: return false
      }
    }
    return false
  }

  private func reaches(_ index: Int, _ isTarget: (SignalOperation) -> Bool) -> Bool {
    var seen: Set<Int> = []
    var pending = consumers[index]
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      if isTarget(graph.nodes[next].operation) { return true }
      pending += consumers[next]
    }
    return false
  }

  /// The kernels that a node's signal reaches first.
  func kernels(after index: Int) -> [Int] {
    var seen: Set<Int> = []
    var pending = consumers[index]
    var kernels: Set<Int> = []
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      let own = graph.nodes[next].operation.kernels
      if own.isEmpty { pending += consumers[next] } else { kernels.formUnion(own) }
    }
    return kernels.sorted()
  }

  /// What reads a node's units, and what has one value for each of them on the way.
  struct Readers {
    /// Linear and recurrent nodes.
    var nodes: [Int] = []
    /// Numbers of weights.
    var parameters: [Int] = []
  }

  /// What reads a node's units, if nothing else does and each unit stays one channel on the way.
  func readers(of index: Int) -> Readers? {
    var found = Readers()
    for next in consumers[index] {
      let node = graph.nodes[next]
      switch node.operation {
      case .linear, .recurrence: found.nodes.append(next)
      case .activation(.softmax), .activation(.unknown): return nil
      case .activation, .meanPool, .maxPool, .places, .flatten, .affine, .normalization, .scaling:
        guard node.inputs.count == 1, let behind = readers(of: next), let own = parameters(of: node.operation)
        else { return nil }
        found.nodes += behind.nodes
        found.parameters += own + behind.parameters
      // Dropout takes one unit and leaves its like.
      default: return nil
      }
    }
    return found.nodes.isEmpty ? nil : found
  }

  /// The weights with one value for each unit; `nil` if units are not treated alike.
  private func parameters(of operation: SignalOperation) -> [Int]? {
    switch operation {
    case .scaling(let weight): return [weight]
    case .normalization(let normalization):
      // Groups are treated apart.
      if case .group = normalization.kind { return nil }
      return [normalization.scale, normalization.offset].compactMap(\.self)
    default: return []
    }
  }

  /// Whether a node's signal cannot be below zero, whatever the input.
  func isNonNegative(_ index: Int) -> Bool {
    let node = graph.nodes[index]
    switch node.operation {
    case .activation(let activation):
      switch activation {
      case .rectifier(negativeSlope: 0, _), .sigmoid, .hardSigmoid, .softplus, .softmax: return true
      case .linear: return node.inputs.allSatisfy(isNonNegative)
      default: return false
      }
    case .passThrough, .places, .flatten, .dropout, .meanPool, .maxPool, .extremum, .add, .average,
      .concatenate,
      .multiply:
      return !node.inputs.isEmpty && node.inputs.allSatisfy(isNonNegative)
    default: return false
    }
  }

  /// Whether nothing but ReLUs takes a node's signal as it is.
  func isRectified(_ index: Int) -> Bool {
    !consumers[index].isEmpty
      && consumers[index].allSatisfy { next in
        switch graph.nodes[next].operation {
        case .activation(.linear), .passThrough, .places: isRectified(next)
        case .activation(let activation): activation.isReLU
        default: false
        }
      }
  }
}

extension AuditedTensor.Surroundings {
  /// What follows each kernel of a graph, by the weight's number; `nextKernels` are numbers of weights, too.
  package static func all(in graph: SignalGraph) -> [Int: AuditedTensor.Surroundings] {
    let walk = GraphWalk(graph)
    var uses: [Int: Int] = [:]
    for kernel in graph.nodes.flatMap(\.operation.kernels) { uses[kernel, default: 0] += 1 }
    var result: [Int: AuditedTensor.Surroundings] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .linear(let map) = node.operation else { continue }
      var surroundings = result[map.weight] ?? AuditedTensor.Surroundings()
      let isFirst = result[map.weight] == nil
      surroundings.isHidden = surroundings.isHidden || walk.isHidden(index)
      // A kernel that is used several times is as free as its freest use.
      surroundings.isResidualBranch = surroundings.isResidualBranch || walk.isResidualBranch(index)
      let isReLU = walk.activation(after: index)?.isReLU == true
      surroundings.feedsReLU = isReLU && (isFirst || surroundings.feedsReLU)
      surroundings.isNormalized = surroundings.isNormalized || walk.isNormalized(after: index)
      surroundings.nextKernels = Array(Set(surroundings.nextKernels + walk.kernels(after: index))).sorted()
      surroundings.noteReaders(of: index, walk, graph, uses)
      surroundings.seesNonNegative =
        node.inputs.allSatisfy(walk.isNonNegative) && (isFirst || surroundings.seesNonNegative)
      surroundings.isRectified = walk.isRectified(index) && (isFirst || surroundings.isRectified)
      surroundings.bias = map.bias
      surroundings.fanIn = map.fanIn
      surroundings.unitCount = map.unitCount
      result[map.weight] = surroundings
    }
    return result
  }

  /// The kernels of recurrent layers that read their sequence once and in one direction.
  package static func recurrent(in graph: SignalGraph) -> [Int: AuditedTensor.Surroundings] {
    let walk = GraphWalk(graph)
    var uses: [Int: Int] = [:]
    for kernel in graph.nodes.flatMap(\.operation.kernels) { uses[kernel, default: 0] += 1 }
    var result: [Int: AuditedTensor.Surroundings] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .recurrence(let recurrence) = node.operation, recurrence.mirrored.isEmpty else { continue }
      var surroundings = AuditedTensor.Surroundings()
      surroundings.noteReaders(of: index, walk, graph, uses)
      surroundings.recurrentKernel = recurrence.recurrentKernel
      surroundings.gateCount = recurrence.cell.gateCount
      surroundings.bias = recurrence.bias
      surroundings.fanIn = recurrence.inputs
      surroundings.unitCount = recurrence.units
      result[recurrence.kernel] = surroundings
    }
    return result
  }

  private mutating func noteReaders(
    of index: Int, _ walk: GraphWalk, _ graph: SignalGraph, _ uses: [Int: Int]
  ) {
    let kernels = graph.nodes[index].operation.kernels
    guard kernels.allSatisfy({ uses[$0] == 1 }), let readers = walk.readers(of: index) else { return }
    let read = readers.nodes.flatMap { graph.nodes[$0].operation.kernels }
    guard read.allSatisfy({ uses[$0] == 1 }) else { return }
    self.readers = read
    parameters = readers.parameters
  }
}
