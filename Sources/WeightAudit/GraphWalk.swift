import SignalGraph

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
      case .activation, .passThrough, .normalization: current = next
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
      case .activation(.linear), .passThrough: current = next
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
      case .activation, .passThrough, .normalization: current = next
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
}
