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
      case .activation, .passThrough, .dropout, .affine, .scaling, .normalization: current = next
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
      case .activation(.linear), .passThrough, .dropout, .affine, .scaling: current = next
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
      case .activation, .passThrough, .dropout, .affine, .scaling, .normalization: current = next
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

  /// The linear nodes that read a node's units, if nothing else does and each unit stays one channel on the way.
  func readers(of index: Int) -> [Int]? {
    var found: [Int] = []
    for next in consumers[index] {
      switch graph.nodes[next].operation {
      case .linear: found.append(next)
      case .activation(.softmax), .activation(.unknown): return nil
      case .activation, .meanPool, .maxPool:
        guard graph.nodes[next].inputs.count == 1 else { return nil }
        guard let behind = readers(of: next) else { return nil }
        found += behind
      default: return nil
      }
    }
    return found.isEmpty ? nil : found
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
      if uses[map.weight] == 1, let readers = walk.readers(of: index) {
        let maps = readers.compactMap { reader -> LinearMap? in
          if case .linear(let map) = graph.nodes[reader].operation { map } else { nil }
        }
        if maps.allSatisfy({ uses[$0.weight] == 1 }) { surroundings.readers = maps.map(\.weight) }
      }
      surroundings.bias = map.bias
      surroundings.fanIn = map.fanIn
      surroundings.unitCount = map.unitCount
      result[map.weight] = surroundings
    }
    return result
  }
}
