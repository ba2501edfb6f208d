package import SignalGraph

/// What surrounds a kernel in the graph: what makes and reads its units, and what lies behind them.
///
/// Weights are given by their indices in the graph.
package struct LayerContext: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case linear
    /// A recurrent layer, of whose units less is known.
    case recurrent
  }

  package var kind = Kind.linear
  /// Whether a kernel lies behind it.
  package var isHidden = false
  /// Whether its output is added to another signal before any kernel.
  package var isResidualBranch = false
  /// Whether its units end in a ReLU, which passes nothing back from 0.
  package var feedsReLU = false
  /// Whether its units end in a function that gives 0 for 0 and passes no gradient there.
  package var feedsFlat = false
  /// Whether a normalization lies between it and the ReLU.
  package var isNormalized = false
  /// The kernels behind it.
  package var nextKernels: [Int] = []
  /// The kernels that weigh each of its units by one channel of theirs; empty if its units go elsewhere too.
  package var readers: [Int] = []
  /// The kernels that make the same units: their outputs are added to this one's.
  package var peers: [Int] = []
  /// The weights with one value for each unit between it and its readers: factors and offsets.
  package var parameters: [Int] = []
  /// The weight that is added to its units' sums.
  package var bias: Int?
  /// Of a recurrent layer's kernel, the kernel that weighs the last step's outputs.
  package var recurrentKernel: Int?
  /// How many gates share the columns of a kernel.
  package var gateCount = 1
  /// Whether no input can be below zero.
  package var seesNonNegative = false
  /// Whether nothing but a ReLU takes its sums.
  package var isRectified = false
  /// The number of inputs that reach a unit.
  package var fanIn = 0
  /// The number of units that see the same inputs.
  package var unitCount = 0

  package init() {}
}

extension LayerContext {
  /// The context of each kernel of the linear and recurrent nodes of a graph, by the weight's index.
  package static func all(in graph: SignalGraph) -> [Int: LayerContext] {
    let users = UnitUsers(graph)
    return recurrent(in: graph, users).merging(linear(in: graph, users)) { $1 }
  }

  private static func linear(in graph: SignalGraph, _ users: UnitUsers) -> [Int: LayerContext] {
    let walk = GraphWalk(graph)
    var result: [Int: LayerContext] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .linear(let map) = node.operation else { continue }
      var context = result[map.weight] ?? LayerContext()
      let isFirst = result[map.weight] == nil
      context.isHidden = context.isHidden || walk.isHidden(index)
      // A kernel that is used several times is as free as its freest use.
      context.isResidualBranch = context.isResidualBranch || walk.isResidualBranch(index)
      let function = walk.activation(after: index)
      context.feedsReLU = function?.isReLU == true && (isFirst || context.feedsReLU)
      context.feedsFlat = function?.isFlatAtZero == true && (isFirst || context.feedsFlat)
      context.isNormalized = context.isNormalized || walk.isNormalized(after: index)
      context.nextKernels = Array(Set(context.nextKernels + walk.kernels(after: index))).sorted()
      users.note(index, in: &context)
      context.seesNonNegative =
        node.inputs.allSatisfy(walk.isNonNegative) && (isFirst || context.seesNonNegative)
      context.isRectified = walk.isRectified(index) && (isFirst || context.isRectified)
      context.bias = map.bias
      context.fanIn = map.fanIn
      context.unitCount = map.unitCount
      result[map.weight] = context
    }
    return result
  }

  /// Of recurrent layers that read their sequence once and in one direction.
  private static func recurrent(in graph: SignalGraph, _ users: UnitUsers) -> [Int: LayerContext] {
    var result: [Int: LayerContext] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .recurrence(let recurrence) = node.operation, recurrence.mirrored.isEmpty else { continue }
      var context = LayerContext()
      context.kind = .recurrent
      users.note(index, in: &context)
      context.recurrentKernel = recurrence.recurrentKernel
      context.gateCount = recurrence.cell.gateCount
      context.bias = recurrence.bias
      context.fanIn = recurrence.fanIn
      context.unitCount = recurrence.units
      result[recurrence.kernel] = context
    }
    return result
  }
}

/// What makes and reads the units of each kernel.
private struct UnitUsers {
  private let graph: SignalGraph
  private let spaces: ChannelSpaces
  /// How often each kernel is used.
  private var uses: [Int: Int] = [:]

  init(_ graph: SignalGraph) {
    self.graph = graph
    spaces = ChannelSpaces(graph)
    for kernel in graph.nodes.flatMap(\.operation.kernels) { uses[kernel, default: 0] += 1 }
  }

  /// Notes the kernels and parameters that the units of a node meet, if all of them are known and used
  /// nowhere else.
  func note(_ index: Int, in context: inout LayerContext) {
    let space = spaces.space(of: index)
    let own = kernels(of: [index])
    let peers = space.producers.filter { $0 != index }
    guard space.isClosed, !space.readers.isEmpty,
      (own + kernels(of: peers + space.readers)).allSatisfy({ uses[$0] == 1 }),
      // Of recurrent layers beside others nothing is known.
      peers.allSatisfy(isLinear), peers.isEmpty || isLinear(index)
    else { return }
    context.readers = kernels(of: space.readers)
    context.peers = kernels(of: peers)
    context.parameters = space.parameters + peers.compactMap(bias)
  }

  private func kernels(of nodes: [Int]) -> [Int] { nodes.flatMap { graph.nodes[$0].operation.kernels } }

  private func isLinear(_ index: Int) -> Bool {
    if case .linear = graph.nodes[index].operation { true } else { false }
  }

  private func bias(_ index: Int) -> Int? {
    if case .linear(let map) = graph.nodes[index].operation { map.bias } else { nil }
  }
}
