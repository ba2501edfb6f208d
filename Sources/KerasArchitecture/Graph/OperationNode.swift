import OrderedJSON
import SignalGraph

/// A layer whose result only Python knows: whoever consumes it has recorded its shape.
protocol RecordedShapeLayer: LayerKind {}

/// A Keras 3 operation that stands in a graph as a node: it has no weights.
struct OperationNode: RecordedShapeLayer {
  static let classNames = ["Operation"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }
}

/// `Lambda`: Python code, which is not run. Its result has the declared shape, or else the recorded one.
struct Lambda: RecordedShapeLayer {
  static let classNames = ["Lambda"]

  private let shape: PartialShape?
  private let hasUnreadableShape: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let type = config["output_shape_type"]?.stringValue ?? "raw"
    shape = type == "raw" ? PartialShape(json: config["output_shape"]) : nil
    hasUnreadableShape = config["output_shape"] != nil && shape == nil
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    if hasUnreadableShape { return [.unknown] }
    return [shape.map { PartialShape([input.batch] + $0.dimensions) } ?? input]
  }
}
