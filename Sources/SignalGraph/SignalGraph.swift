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
