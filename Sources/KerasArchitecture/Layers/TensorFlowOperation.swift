import OrderedJSON
import SignalGraph

/// A TensorFlow function that stands in a graph of tf.keras as a layer: it has no weights.
///
/// Since 2.13 the consumers' `build_config` records the shapes of such results. Before that they follow from the
/// function, as far as that is one of those below.
struct TensorFlowOperation: RecordedShapeLayer {
  static let classNames = ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"]

  private let function: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    function = config["function"]?.stringValue ?? ""
  }

  private static let elementwise: Set<String> = [
    "__operators__.add", "add", "cast", "clip_by_value", "divide", "maximum", "minimum", "multiply",
    "negative", "subtract",
    "math.abs", "math.add", "math.ceil", "math.cos", "math.divide", "math.erf", "math.exp", "math.floor",
    "math.floordiv",
    "math.floormod", "math.log", "math.log1p", "math.maximum", "math.minimum", "math.multiply",
    "math.negative", "math.pow",
    "math.reciprocal", "math.round", "math.rsqrt", "math.sigmoid", "math.sign", "math.sin", "math.softplus",
    "math.sqrt",
    "math.square", "math.subtract", "math.tanh", "math.truediv", "nn.elu", "nn.gelu", "nn.leaky_relu",
    "nn.log_softmax",
    "nn.relu", "nn.relu6", "nn.selu", "nn.silu", "nn.softmax", "nn.softplus", "nn.swish", "nn.tanh",
    "identity", "stop_gradient",
    "math.greater", "math.greater_equal", "math.less", "math.less_equal", "math.equal", "math.not_equal",
    "math.logical_and",
    "math.logical_not", "math.logical_or", "math.l2_normalize", "zeros_like", "ones_like", "reverse", "where",
  ]

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    if Self.elementwise.contains(function) {
      let all = (call.positional + call.keywords.map(\.value)).flatMap(\.tensors)
      return [all.dropFirst().reduce(input, Self.broadcast)]
    }
    if function.hasPrefix("math.reduce_") || function.hasPrefix("reduce_") || function.hasPrefix("math.argm")
    {
      if let shape = Self.reduced(input, call) { return [shape] }
    }
    let shape: PartialShape? =
      switch function {
      case "reshape": Self.reshaped(input, call.value("shape"))
      case "transpose": Self.transposed(input, call.value("perm"))
      case "expand_dims": Self.expanded(input, call.value("axis"))
      case "concat": Self.concatenated(call)
      default: nil
      }
    guard let shape else {
      throw call.error(
        "the shape of `tf.\(function)`'s result is not known; JSON that tf.keras 2.13 or later prints tells it"
      )
    }
    return [shape]
  }

  private static func broadcast(_ first: PartialShape, _ second: PartialShape) -> PartialShape {
    let (long, short) = first.rank >= second.rank ? (first, second) : (second, first)
    var result = long
    for (offset, size) in short.dimensions.reversed().enumerated() {
      let axis = long.rank - 1 - offset
      if result.dimensions[axis] == 1 || (result.dimensions[axis] == nil && size != 1) {
        result.dimensions[axis] = size
      }
    }
    return result
  }

  private static func reduced(_ input: PartialShape, _ call: LayerCall) -> PartialShape? {
    let axis = call.value("axis")
    let list = axis?.arrayValue?.compactMap(\.wholeNumber) ?? axis?.wholeNumber.map { [$0] }
    let axes = Set(list?.compactMap(input.index(ofAxis:)) ?? Array(input.dimensions.indices))
    guard call.value("keepdims") != true else {
      return PartialShape(input.dimensions.indices.map { axes.contains($0) ? 1 : input.dimensions[$0] })
    }
    return PartialShape(input.dimensions.indices.filter { !axes.contains($0) }.map { input.dimensions[$0] })
  }

  private static func reshaped(_ input: PartialShape, _ shape: JSONValue?) -> PartialShape? {
    guard let list = shape?.arrayValue?.map(\.wholeNumber), !list.contains(nil) else { return nil }
    let sizes = list.compactMap { $0 }
    let known = CheckedSize.product(sizes.filter { $0 != -1 })
    let total = CheckedSize.product(input.dimensions.compactMap { $0 })
    let isKnown = !input.dimensions.contains(nil)
    return PartialShape(
      sizes.map { size -> Int? in
        guard size == -1 else { return size }
        guard isKnown, let known, let total, known > 0 else { return nil }
        return total / known
      })
  }

  private static func transposed(_ input: PartialShape, _ axes: JSONValue?) -> PartialShape? {
    guard let axes else { return PartialShape(input.dimensions.reversed()) }
    guard let order = axes.arrayValue?.compactMap(\.wholeNumber), order.sorted() == Array(0..<input.rank)
    else {
      return nil
    }
    return PartialShape(order.map { input.dimensions[$0] })
  }

  private static func expanded(_ input: PartialShape, _ axis: JSONValue?) -> PartialShape? {
    guard let axis = axis?.wholeNumber, (-input.rank - 1...input.rank).contains(axis) else { return nil }
    var result = input
    result.dimensions.insert(1, at: axis < 0 ? input.rank + 1 + axis : axis)
    return result
  }

  private static func concatenated(_ call: LayerCall) -> PartialShape? {
    let inputs = call.inputs
    guard let axis = call.value("axis")?.wholeNumber, let index = inputs.first?.index(ofAxis: axis),
      inputs.allSatisfy({ $0.rank == inputs[0].rank })
    else { return nil }
    let sizes = inputs.map { $0.dimensions[index] }
    var result = inputs[0]
    result.dimensions[index] = sizes.contains(nil) ? nil : CheckedSize.sum(sizes.compactMap { $0 })
    return result
  }
}

extension LayerCall {
  /// The plain value of a keyword argument; `nil` if it is absent or null.
  fileprivate func value(_ name: String) -> JSONValue? {
    func plain(_ structure: ShapeStructure?) -> JSONValue? {
      switch structure {
      case .value(let value)?: return value.isNull ? nil : value
      case .list(let elements)?:
        let values = elements.compactMap { plain($0) }
        return values.count == elements.count ? .array(values) : nil
      default: return nil
      }
    }
    return plain(keywords.first { $0.key == name }?.value)
  }
}
