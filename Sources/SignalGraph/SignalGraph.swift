/// A network as a graph of operations on signals, in terms of no particular framework.
///
/// Every node comes after the nodes that it takes its inputs from.
package struct SignalGraph: Sendable {
  /// An operation on the signals of other nodes.
  package struct Node: Sendable {
    /// The name of the layer that the operation belongs to.
    package let layer: String
    package let operation: SignalOperation
    /// The indices of the nodes whose signals come in.
    package let inputs: [Int]
  }

  package private(set) var nodes: [Node] = []

  package init() {}

  /// Appends a node and returns its index.
  package mutating func append(_ operation: SignalOperation, layer: String, inputs: [Int]) -> Int {
    nodes.append(Node(layer: layer, operation: operation, inputs: inputs))
    return nodes.count - 1
  }

  /// How many nodes consume a node's signal.
  package func consumers(of index: Int) -> Int { nodes.count { $0.inputs.contains(index) } }

  /// The indices of the nodes that consume each node's signal.
  package func consumers() -> [[Int]] {
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { consumers[input].append(index) }
    }
    return consumers
  }
}
