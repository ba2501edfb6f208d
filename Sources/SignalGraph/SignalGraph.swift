/// A network as operations on signals, without the names of any framework.
///
/// Nodes are in an order in which every input comes before its consumer.
package struct SignalGraph: Sendable {
  package struct Node: Sendable {
    /// The layer to name when something is said about the node.
    package let layer: String
    package let operation: SignalOperation
    /// Indices of the nodes whose signals come in.
    package let inputs: [Int]
  }

  package private(set) var nodes: [Node] = []

  package init() {}

  /// Appends a node and returns its index.
  package mutating func append(_ operation: SignalOperation, layer: String, inputs: [Int]) -> Int {
    nodes.append(Node(layer: layer, operation: operation, inputs: inputs))
    return nodes.count - 1
  }

  /// For each node, the nodes that consume its signal.
  package func consumers() -> [[Int]] {
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { consumers[input].append(index) }
    }
    return consumers
  }
}

/// What a node does to its signal.
package enum SignalOperation: Sendable, Hashable {
  /// Data from outside, taken to have unit variance.
  case source
  case linear(LinearMap)
  case activation(Activation)
  /// Brings the signal to unit variance: batch, layer, group normalisation.
  case normalization
  case add
  case average
  case multiply
  case concatenate
  /// Rearranges, repeats, pads, crops, drops or picks values; the scale stays.
  case passThrough
  /// Averages over this many values; `nil` if their number is not known.
  case meanPool(count: Int?)
  case maxPool
  /// A table look-up: the signal is the table's own.
  case lookup(weight: Int)
  /// Nothing is known of the result, but these kernels, if any, go into it.
  case opaque(kernels: [Int])

  package static let opaque = SignalOperation.opaque(kernels: [])
}

extension SignalOperation {
  /// The weights that connect units here.
  package var kernels: [Int] {
    switch self {
    case .linear(let map): [map.weight]
    case .lookup(let weight): [weight]
    case .opaque(let kernels): kernels
    default: []
    }
  }
}

/// Each output is a sum over `fanIn` products of an input and a weight.
package struct LinearMap: Sendable, Hashable {
  /// The number of the weight in the order of creation.
  package let weight: Int
  /// How many inputs reach one output.
  package let fanIn: Int
  /// How many units compute from the same inputs: fewer than two cannot be symmetric.
  package let unitCount: Int
  /// The axis of the weight, from the end, that counts units: −1, or −2 of a transposed convolution.
  package let unitAxis: Int
  /// The number of the weight that is added to the sums, if there is one.
  package let bias: Int?

  package init(weight: Int, fanIn: Int, unitCount: Int, unitAxis: Int = -1, bias: Int? = nil) {
    self.weight = weight
    self.fanIn = fanIn
    self.unitCount = unitCount
    self.unitAxis = unitAxis
    self.bias = bias
  }
}
