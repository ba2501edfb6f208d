import SignalGraph

/// Questions about what lies before and behind a node of a graph.
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

  /// The activation that a node gets its signal from, through layers that hand it on unchanged, and its
  /// layer; `nil` if there is none.
  func activation(before index: Int) -> (activation: Activation, layer: String)? {
    var current = index
    while graph.nodes[current].inputs.count == 1, let before = graph.nodes[current].inputs.first {
      switch graph.nodes[before].operation {
      case .activation(let activation) where activation != .linear:
        return (activation, graph.nodes[before].layer)
      case .activation, .places, .flatten, .passThrough, .dropout: current = before
      default: return nil
      }
    }
    return nil
  }

  /// The linear map that a node gets its signal from, through layers that hand it on; `nil` if something else
  /// makes it.
  func linear(before index: Int) -> Int? {
    var current = index
    while graph.nodes[current].inputs.count == 1, let before = graph.nodes[current].inputs.first {
      switch graph.nodes[before].operation {
      case .linear: return before
      case .activation(.linear), .places, .flatten, .passThrough, .dropout: current = before
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
      case .activation(let activation) where activation.isNonNegative: result.append(true)
      case .activation(.linear): result.append(inputs)
      // A sum may be a difference, and what only passes may have noise on it.
      case .places, .flatten, .dropout, .meanPool, .maxPool, .extremum, .average, .concatenate, .multiply:
        result.append(inputs)
      default: result.append(false)
      }
    }
    return result
  }

  /// Whether an activation is followed by a part of the same layer that only hands it on: its slope is
  /// learned.
  static func hasOwnSlope(_ index: Int, _ graph: SignalGraph, _ consumers: [[Int]]) -> Bool {
    consumers[index].contains { next in
      graph.nodes[next].operation == .passThrough && graph.nodes[next].layer == graph.nodes[index].layer
    }
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
          // A slope of its own, as of PReLU, may let negative values through.
          case .activation(let activation): activation.isReLU && !hasOwnSlope(next, graph, consumers)
          default: false
          }
        }
    }
    return result
  }
}
