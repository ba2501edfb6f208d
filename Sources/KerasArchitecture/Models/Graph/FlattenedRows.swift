package import OrderedJSON
import SignalGraph
import Tensors

/// The order of the rows of a kernel behind a `Flatten`: the sizes of the axes that became one.
///
/// A model whose channels come first has them in another order than the same model with channels last.
package struct FlattenedRows: Sendable, Hashable {
  /// `nil` if the order cannot be followed to the kernel.
  package let sizes: [Int]?
  /// Whether a layer of the model has its channels first, which tells axes of one size apart.
  private let isChannelsFirst: Bool

  init(sizes: [Int]?, isChannelsFirst: Bool) {
    self.sizes = sizes
    self.isChannelsFirst = isChannelsFirst
  }

  /// Rows of a model whose description cannot be followed: whether it has its channels first is all that is
  /// known.
  ///
  /// - Parameter document: the description.
  /// - Returns: rows in an order that is not known.
  package static func unfollowed(in document: JSONValue) -> FlattenedRows {
    FlattenedRows(sizes: nil, isChannelsFirst: document.hasChannelsFirst)
  }

  /// How these rows come from those of another model.
  package enum Order: Sendable, Hashable {
    case same
    /// Its axes, of these sizes, in the order in which they are wanted.
    case permuted([Int], of: [Int])
    case unknown
  }

  /// - Parameter source: the rows of the other model's kernel.
  /// - Returns: the other's axes in this order.
  package func order(from source: FlattenedRows) -> Order {
    guard let sizes, let others = source.sizes else {
      return isChannelsFirst == source.isChannelsFirst ? .same : .unknown
    }
    if self == source || sizes.count < 2 && others.count < 2 { return .same }
    if sizes == others { return Set(sizes).count == 1 ? .unknown : .same }
    let axes = Array(sizes.indices)
    for order in [Array(axes.dropFirst()) + [0], [axes.count - 1] + Array(axes.dropLast())] {
      if sizes.count == others.count, order.map({ others[$0] }) == sizes {
        return .permuted(order, of: others)
      }
    }
    return .unknown
  }
}

extension Architecture {
  /// The rows of every weight that has one for each element of what was flattened, by its creation index.
  package var flattenedRows: [Int: FlattenedRows] { FlatteningWalk(self).rows }
}

/// The way of what was flattened through a model's graph.
struct FlatteningWalk {
  /// What is known of the order of a signal's elements.
  enum Elements: Hashable {
    /// Units of their own, or maps.
    case own
    /// The elements of maps of these sizes.
    case flattened([Int])
    /// Something made of flattened maps.
    case mixed
  }

  private let architecture: Architecture
  private var owners: [Int: LayerNode] = [:]
  private let named: [String: LayerNode]
  private var elements: [Elements] = []
  /// What reaches each weight; a weight that two kinds reach has no order of its own.
  private var reached: [Int: Elements] = [:]

  init(_ architecture: Architecture) {
    self.architecture = architecture
    let nodes = architecture.model.allNodes
    named = Dictionary(grouping: nodes, by: \.name).compactMapValues { $0.count == 1 ? $0.first : nil }
    for node in nodes { for weight in node.ownWeights { owners[weight.creationIndex] = node } }
    for node in architecture.signals.nodes {
      let inputs = Set(node.inputs.map { elements[$0] })
      let input = inputs.count == 1 ? inputs.first ?? .own : inputs.isEmpty ? .own : .mixed
      elements.append(passed(node, input))
    }
    for (index, node) in architecture.signals.nodes.enumerated() where ranks(of: node) == .raised {
      markColumns(before: index)
    }
    // What no node of the graph has is inside another layer, where it may be behind a Flatten, too.
    for node in nodes {
      for weight in node.ownWeights where weight.role.connectsUnits && weight.spec.shape.rank == 2 {
        if reached[weight.creationIndex] == nil { reached[weight.creationIndex] = .mixed }
      }
    }
  }

  var rows: [Int: FlattenedRows] {
    let isChannelsFirst = architecture.document.hasChannelsFirst
    return reached.compactMapValues { elements in
      switch elements {
      case .own: nil
      case .flattened(let sizes): FlattenedRows(sizes: sizes, isChannelsFirst: isChannelsFirst)
      case .mixed: FlattenedRows(sizes: nil, isChannelsFirst: isChannelsFirst)
      }
    }
  }

  private enum RankChange { case raised, lowered, none, unknown }

  /// Whether a node's layer makes vectors of maps, or maps of vectors, with no weights of its own.
  private func ranks(of node: SignalGraph.Node) -> RankChange {
    guard let layer = named[node.layer], layer.weights.isEmpty, let input = layer.inputShapes.first else {
      return .none
    }
    // An .h5 names operations without their shapes.
    guard !input.isUnknown else { return .unknown }
    guard let output = layer.outputShapes.first, !output.isUnknown else {
      return input.rank > 2 ? .unknown : .none
    }
    return input.rank == 2 && output.rank > 2
      ? .raised : input.rank > 2 && output.rank == 2 ? .lowered : .none
  }

  /// What a node makes of its input, whose weights are marked.
  private mutating func passed(_ node: SignalGraph.Node, _ input: Elements) -> Elements {
    switch node.operation {
    case .source: return .own
    case .lookup(let weight):
      mark(weight, .own)
      return .own
    case .flatten(_, let sizes):
      if sizes.map({ $0.count < 2 }) == true { return input }
      return input == .own ? sizes.map { .flattened($0) } ?? .mixed : .mixed
    case .linear(let map):
      mark(map.weight, input)
      return .own
    case .activation, .dropout:
      markNamed(node, input)
      return input
    case .normalization(let normalization):
      if case .group = normalization.kind, input != .own {
        markNamed(node, .mixed)
        return .mixed
      }
      markNamed(node, input)
      return constants(in: node) && input != .own ? .mixed : input
    case .scaling(let weight):
      mark(weight, input)
      return input
    case .affine: return constants(in: node) && input != .own ? .mixed : input
    case .add, .average, .multiply, .extremum: return input
    case .concatenate: return input == .own ? .own : .mixed
    case .recurrence(let recurrence) where recurrence.window != nil:
      return unknown(node, recurrence.kernels, input)
    case .recurrence(let recurrence):
      recurrence.kernels.forEach { mark($0, input == .own ? .own : .mixed) }
      return .own
    case .attention(_, let kernels):
      kernels.forEach { mark($0, input == .own ? .own : .mixed) }
      return .own
    case .scoredAttention, .contraction, .unitMean, .gradientFree: return unknown(node, [], input)
    case .opaque(let kernels): return unknown(node, kernels, input)
    case .passThrough, .places, .meanPool, .maxPool:
      guard input == .own else { return .mixed }
      guard case .passThrough = node.operation, ranks(of: node) != .unknown else {
        let isOpen = ranks(of: node) == .unknown || (ranks(of: node) == .lowered && reduces(node))
        return isOpen ? .mixed : .own
      }
      guard ranks(of: node) == .lowered else { return .own }
      // Which axis is left of an index is not known.
      guard named[node.layer]?.selects != true else { return .mixed }
      let sizes = named[node.layer]?.inputShapes.first?.dimensions.dropFirst().compactMap(\.self) ?? []
      return named[node.layer]?.reshapes == true ? .flattened(sizes) : .own
    }
  }

  /// What a node makes of its input whose inside is not known; only matrices have rows to flatten to.
  private mutating func unknown(_ node: SignalGraph.Node, _ kernels: [Int], _ input: Elements) -> Elements {
    for kernel in kernels where owners[kernel]?.isMatrix(kernel) == true { mark(kernel, .mixed) }
    markNamed(node, input == .own ? .own : .mixed)
    guard kernels.isEmpty else { return .own }
    return input != .own || [.lowered, .unknown].contains(ranks(of: node)) ? .mixed : .own
  }

  /// Whether a function, which may have any axes, takes means or maxima.
  private func reduces(_ node: SignalGraph.Node) -> Bool {
    guard let name = named[node.layer]?.className else { return true }
    return !name.contains("Pool")
  }

  /// Whether a layer has numbers in its configuration, one for each element.
  private func constants(in node: SignalGraph.Node) -> Bool {
    guard let layer = named[node.layer] else { return false }
    return ["Normalization", "Rescaling"].contains(layer.className) && layer.ownWeights.isEmpty
  }

  private mutating func mark(_ weight: Int, _ input: Elements) {
    guard let owner = owners[weight] else { return }
    mark(owner, input)
  }

  /// Marks the weights of a node's layer, if it is the first of that: a layer's activation has its kernel
  /// before it.
  private mutating func markNamed(_ node: SignalGraph.Node, _ input: Elements) {
    guard let owner = named[node.layer],
      !node.inputs.contains(where: { architecture.signals.nodes[$0].layer == node.layer })
    else { return }
    mark(owner, input)
  }

  private mutating func mark(_ owner: LayerNode, _ input: Elements) {
    for weight in owner.ownWeights {
      if case .flattened(let sizes) = input, weight.spec.shape.dimensions.first != CheckedSize.product(sizes)
      {
        continue
      }
      let before = reached[weight.creationIndex]
      reached[weight.creationIndex] = before == nil || before == input ? input : .mixed
    }
  }

  /// Marks the weights whose units become maps.
  private mutating func markColumns(before index: Int) {
    var current = index
    while let input = architecture.signals.nodes[current].inputs.first {
      let node = architecture.signals.nodes[input]
      switch node.operation {
      case .linear(let map):
        mark(map.weight, .mixed)
        return
      case .activation, .dropout, .affine: break
      case .normalization, .scaling: markNamed(node, .mixed)
      default: return
      }
      current = input
    }
  }
}

extension LayerNode {
  /// Whether a weight of the layer has two axes.
  fileprivate func isMatrix(_ index: Int) -> Bool {
    ownWeights.contains { $0.creationIndex == index && $0.spec.shape.rank == 2 }
  }

  /// Whether it is an operation that takes some of the elements.
  fileprivate var selects: Bool {
    ["GetItem", "Take"].contains(className)
  }

  /// Whether it is a reshaping, which leaves every element at its place.
  fileprivate var reshapes: Bool { className.lowercased().contains("reshape") }
}

extension JSONValue {
  /// Whether a layer in it has its channels first.
  fileprivate var hasChannelsFirst: Bool {
    switch self {
    case .object(let object):
      object["data_format"]?.stringValue == "channels_first" || object["dim_ordering"]?.stringValue == "th"
        || object.members.contains { $0.value.hasChannelsFirst }
    case .array(let elements): elements.contains(where: \.hasChannelsFirst)
    default: false
    }
  }
}
