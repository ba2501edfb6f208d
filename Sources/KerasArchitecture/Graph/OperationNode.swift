import OrderedJSON
import SignalGraph

/// A layer whose result only Python knows: whoever consumes it has recorded its shape.
protocol RecordedShapeLayer: LayerKind {}

/// A Keras 3 operation that stands in a graph as a node: it has no weights.
struct OperationNode: RecordedShapeLayer {
  static let classNames = ["Operation"]

  private let name: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    name = PythonNames.snakeCase(PythonNames.withoutPackage(config.place.className))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [ElementwiseFunction.signal(name, call.positional)]
  }
}

/// What functions that are no layers do to a signal.
enum ElementwiseFunction {
  /// - Parameters:
  ///   - name: as Keras and TensorFlow call it, in snake case and without a package.
  ///   - operands: tensors and numbers.
  /// - Returns: an opaque operation where nothing is known.
  static func signal(_ name: String, _ operands: [ShapeStructure]) -> SignalOperation {
    let numbers = operands.compactMap { $0.plainValue?.doubleValue }
    let tensors = operands.flatMap(\.tensors)
    switch (name, numbers.first) {
    case ("add", let number?): return .affine(scale: 1, offset: number)
    case ("subtract", let number?):
      if case .tensor? = operands.first { return .affine(scale: 1, offset: -number) }
      return .affine(scale: -1, offset: number)
    case ("multiply", let number?): return .affine(scale: number, offset: 0)
    case ("divide", let number?), ("true_divide", let number?), ("truediv", let number?):
      guard case .tensor? = operands.first, number != 0 else { return .opaque }
      return .affine(scale: 1 / number, offset: 0)
    case ("add", nil), ("subtract", nil): return tensors.count > 1 ? .add : .opaque
    case ("multiply", nil): return tensors.count > 1 ? .multiply(repeats: []) : .opaque
    case ("reshape", _), ("transpose", _), ("squeeze", _), ("expand_dims", _), ("identity", _), ("cast", _):
      return .passThrough
    case ("linear", _): return .opaque
    default:
      let activation = Activation(kerasName: name)
      return activation == .unknown ? .opaque : .activation(activation)
    }
  }
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
