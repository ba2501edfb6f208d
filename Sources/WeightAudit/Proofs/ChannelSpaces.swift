import SignalGraph

/// Which signals of a graph have the same units: a kernel makes units, and activations, normalizations,
/// pooling and sums hand each of them on under its number.
///
/// If two units of a space have the same weights wherever they are made and wherever they are read,
/// exchanging them changes nothing in the network, nor in any gradient: they stay equal forever.
struct ChannelSpaces {
  /// What makes and what reads the units of some signals.
  struct Space {
    /// Linear and recurrent nodes that make the units.
    var producers: [Int] = []
    /// Linear and recurrent nodes that read them.
    var readers: [Int] = []
    /// Numbers of weights with one value for each unit.
    var parameters: [Int] = []
    /// Whether nothing else makes, reads or tells units apart.
    var isClosed = true
  }

  private var parents: [Int]
  private var spaces: [Int: Space] = [:]

  init(_ graph: SignalGraph) {
    parents = Array(graph.nodes.indices)
    for (index, node) in graph.nodes.enumerated() where Self.parameters(of: node.operation) != nil {
      for input in node.inputs { join(index, input) }
    }
    let consumers = graph.consumers()
    for (index, node) in graph.nodes.enumerated() {
      switch node.operation {
      case .recurrence(let recurrence) where recurrence.hasDropout:
        for place in [index] + node.inputs { edit(place) { $0.isClosed = false } }
      case .linear, .recurrence:
        edit(index) { $0.producers.append(index) }
        for input in node.inputs { edit(input) { $0.readers.append(index) } }
      default:
        if let parameters = Self.parameters(of: node.operation) {
          edit(index) { $0.parameters += parameters }
        } else {
          for place in [index] + node.inputs { edit(place) { $0.isClosed = false } }
        }
      }
      // A loss tells outputs apart.
      if consumers[index].isEmpty { edit(index) { $0.isClosed = false } }
    }
  }

  /// The space of a node's signal.
  func space(of index: Int) -> Space { spaces[root(of: index)] ?? Space() }

  /// The weights with one value for each unit, of an operation that treats all units alike and hands each of
  /// them on; `nil` of any other operation.
  private static func parameters(of operation: SignalOperation) -> [Int]? {
    switch operation {
    case .activation(.softmax), .activation(.unknown): return nil
    case .activation, .meanPool, .maxPool, .places, .flatten, .affine, .add, .average, .multiply, .extremum:
      return []
    case .scaling(let weight): return [weight]
    case .normalization(let normalization):
      switch normalization.kind {
      case .batch, .layer, .rootMeanSquare:
        return [normalization.scale, normalization.offset].compactMap(\.self)
      // Groups are treated apart.
      case .group, .unitLength: return nil
      }
    // Dropout takes one unit and leaves its like.
    case .dropout(let rate): return rate == 0 ? [] : nil
    case .source, .linear, .concatenate, .passThrough, .attention, .scoredAttention, .contraction, .unitMean,
      .recurrence, .lookup, .gradientFree, .opaque:
      return nil
    }
  }

  private func root(of index: Int) -> Int {
    var index = index
    while parents[index] != index { index = parents[index] }
    return index
  }

  private mutating func join(_ one: Int, _ other: Int) {
    let (first, second) = (root(of: one), root(of: other))
    // Paths stay short: the whole of a deep graph hangs on its earliest node.
    parents[max(first, second)] = min(first, second)
    parents[one] = min(first, second)
    parents[other] = min(first, second)
  }

  private mutating func edit(_ index: Int, _ change: (inout Space) -> Void) {
    change(&spaces[root(of: index), default: Space()])
  }
}
