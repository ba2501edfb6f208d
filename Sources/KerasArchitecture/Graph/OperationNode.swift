import OrderedJSON
import SignalGraph

/// A layer whose result only Python knows: whoever consumes it has recorded its shape.
protocol RecordedShapeLayer: LayerKind {}

/// A Keras 3 operation that stands in a graph as a node: it has no weights.
struct OperationNode: RecordedShapeLayer {
  static let classNames = ["Operation"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}

/// `Lambda`: Python code, which is not run. Its result has the declared shape, or else the recorded one.
struct Lambda: RecordedShapeLayer {
  static let classNames = ["Lambda"]

  private let shape: PartialShape?

  init(_ config: LayerConfig) throws(ArchitectureError) { shape = PartialShape(json: config["output_shape"]) }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    return [shape.map { PartialShape([input.batch] + $0.dimensions) } ?? input]
  }
}
