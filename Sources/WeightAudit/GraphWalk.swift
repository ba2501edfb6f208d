package import SignalGraph

/// Questions about the surroundings of a node.
struct GraphWalk {
  private let graph: SignalGraph
  private let consumers: [[Int]]
  private let nonNegative: [Bool]
  private let rectified: [Bool]

  init(_ graph: SignalGraph) {
    self.graph = graph
    consumers = graph.consumers()
    nonNegative = Self.nonNegative(graph)
    rectified = Self.rectified(graph, consumers)
  }

  /// Whether a node's signal cannot be below zero, whatever the input.
  func isNonNegative(_ index: Int) -> Bool { nonNegative[index] }

  /// Whether nothing but ReLUs takes a node's signal as it is.
  func isRectified(_ index: Int) -> Bool { rectified[index] }

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

  /// Of each node, whether its signal cannot be below zero, whatever the input.
  private static func nonNegative(_ graph: SignalGraph) -> [Bool] {
    var result: [Bool] = []
    for node in graph.nodes {
      let inputs = !node.inputs.isEmpty && node.inputs.allSatisfy { result[$0] }
      switch node.operation {
      case .activation(.sigmoid), .activation(.hardSigmoid), .activation(.softplus), .activation(.softmax):
        result.append(true)
      case .activation(let activation): result.append(activation.isReLU || (activation == .linear && inputs))
      // A sum may be a difference, and what only passes may have noise on it.
      case .places, .flatten, .dropout, .meanPool, .maxPool, .extremum, .average, .concatenate, .multiply:
        result.append(inputs)
      default: result.append(false)
      }
    }
    return result
  }

  /// Of each node, whether nothing but ReLUs takes its signal as it is.
  private static func rectified(_ graph: SignalGraph, _ consumers: [[Int]]) -> [Bool] {
    var result = [Bool](repeating: false, count: consumers.count)
    for index in consumers.indices.reversed() {
      result[index] =
        !consumers[index].isEmpty
        && consumers[index].allSatisfy { next in
          switch graph.nodes[next].operation {
          case .activation(.linear), .passThrough, .places: result[next]
          case .activation(let activation): activation.isReLU
          default: false
          }
        }
    }
    return result
  }
}

extension AuditedTensor.Surroundings {
  /// What follows each kernel of a graph, by the weight's number; `nextKernels` are numbers of weights, too.
  package static func all(in graph: SignalGraph) -> [Int: AuditedTensor.Surroundings] {
    let walk = GraphWalk(graph)
    let units = UnitNeighbours(graph)
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
      units.note(index, in: &surroundings)
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
    let units = UnitNeighbours(graph)
    var result: [Int: AuditedTensor.Surroundings] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .recurrence(let recurrence) = node.operation, recurrence.mirrored.isEmpty else { continue }
      var surroundings = AuditedTensor.Surroundings()
      units.note(index, in: &surroundings)
      surroundings.recurrentKernel = recurrence.recurrentKernel
      surroundings.gateCount = recurrence.cell.gateCount
      surroundings.bias = recurrence.bias
      surroundings.fanIn = recurrence.inputs
      surroundings.unitCount = recurrence.units
      result[recurrence.kernel] = surroundings
    }
    return result
  }
}

/// What makes and reads the units of each kernel.
private struct UnitNeighbours {
  private let graph: SignalGraph
  private let spaces: ChannelSpaces
  /// How often each kernel is used.
  private var uses: [Int: Int] = [:]

  init(_ graph: SignalGraph) {
    self.graph = graph
    spaces = ChannelSpaces(graph)
    for kernel in graph.nodes.flatMap(\.operation.kernels) { uses[kernel, default: 0] += 1 }
  }

  /// Notes the kernels and parameters that the units of a node meet, if all of them are known and used nowhere else.
  func note(_ index: Int, in surroundings: inout AuditedTensor.Surroundings) {
    let space = spaces.space(of: index)
    let own = kernels(of: [index])
    let peers = space.producers.filter { $0 != index }
    guard space.isClosed, !space.readers.isEmpty,
      (own + kernels(of: peers + space.readers)).allSatisfy({ uses[$0] == 1 }),
      // Of recurrent layers beside others nothing is known.
      peers.allSatisfy(isLinear), peers.isEmpty || isLinear(index)
    else { return }
    surroundings.readers = kernels(of: space.readers)
    surroundings.peers = kernels(of: peers)
    surroundings.parameters = space.parameters + peers.compactMap(bias)
  }

  private func kernels(of nodes: [Int]) -> [Int] { nodes.flatMap { graph.nodes[$0].operation.kernels } }

  private func isLinear(_ index: Int) -> Bool {
    if case .linear = graph.nodes[index].operation { true } else { false }
  }

  private func bias(_ index: Int) -> Int? {
    if case .linear(let map) = graph.nodes[index].operation { map.bias } else { nil }
  }
}
