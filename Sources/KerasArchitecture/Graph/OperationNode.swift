import SignalGraph

/// A Keras 3 operation that stands in a graph as a node: it has no weights, and whoever consumes its result
/// has recorded the result's shape.
struct OperationNode: LayerKind {
  static let classNames = ["Operation"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}
