import OrderedJSON
import SignalGraph

/// A TensorFlow function that stands in a graph of tf.keras as a layer: it has no weights.
///
/// Since 2.13 the consumers' `build_config` records the shapes of such results. Before that they follow from the
/// function, as far as that is one that `TensorFlowFunction` knows; of any other result nothing is known, which matters
/// only if weights depend on it.
struct TensorFlowOperation: RecordedShapeLayer {
  static let classNames = ["TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"]

  private let function: String
  /// The description of an operation, in JSON before tf.keras 2.4.
  private let node: TensorFlowNode?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    node = TensorFlowNode(config)
    function = node?.function ?? Self.name(config["function"]?.stringValue ?? "")
  }

  /// `compat.v1.transpose` → `transpose`.
  private static func name(_ function: String) -> String {
    let prefix = "compat.v1."
    return function.hasPrefix(prefix) ? String(function.dropFirst(prefix.count)) : function
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    TensorFlowFunction.shapes(function, node?.arguments(call) ?? TensorFlowArguments(call)) ?? [.unknown]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let arguments = node?.arguments(call) ?? TensorFlowArguments(call)
    // `__operators__.add` has its second operand in the keyword `y`.
    let name = function.split(separator: ".").last.map(String.init) ?? function
    return [ElementwiseFunction.signal(name, arguments.inputs + ["y"].compactMap { arguments.keywords[$0] })]
  }
}

/// The arguments of a TensorFlow function.
struct TensorFlowArguments {
  /// The first argument, or the elements of a list.
  let inputs: [ShapeStructure]
  let keywords: [String: ShapeStructure]

  init(inputs: [ShapeStructure], keywords: [String: ShapeStructure]) {
    self.inputs = inputs
    self.keywords = keywords
  }

  init(_ call: LayerCall) {
    if case .list(let elements)? = call.positional.first, call.positional.count == 1 {
      inputs = elements
    } else {
      inputs = call.positional
    }
    keywords = Dictionary(call.keywords.map { ($0.key, $0.value) }) { first, _ in first }
  }

  /// The first tensor.
  var input: PartialShape? { inputs.lazy.compactMap(\.tensors.first).first }

  /// All tensors, also those in keyword arguments; of values the shape.
  var tensors: [PartialShape] {
    inputs.map(\.shape) + keywords.sorted { $0.key < $1.key }.flatMap(\.value.tensors)
  }

  func value(_ name: String) -> JSONValue? { keywords[name]?.plainValue }

  func integer(_ name: String) -> Int? { value(name)?.wholeNumber }

  /// A list of numbers, of which some may not be known; a single number counts as a list of one.
  func sizes(_ name: String) -> [Int?]? { keywords[name]?.sizes }
}

extension ShapeStructure {
  /// The value, if no tensor is in it; `nil` also for null.
  var plainValue: JSONValue? {
    switch self {
    case .value(let value): return value.isNull ? nil : value
    case .list(let elements):
      let values = elements.compactMap(\.plainValue)
      return values.count == elements.count ? .array(values) : nil
    case .tensor, .dictionary: return nil
    }
  }

  /// The numbers in it, as far as they are known.
  var sizes: [Int?]? {
    switch self {
    case .value(let value):
      if let number = value.wholeNumber { return [number] }
      guard let list = value.arrayValue else { return nil }
      return list.map(\.wholeNumber)
    case .list(let elements):
      return elements.map { element in element.sizes.flatMap { $0.count == 1 ? $0[0] : nil } }
    case .tensor(let shape):
      if let contents = shape.contents { return contents }
      guard !shape.isUnknown, shape.rank <= 1 else { return nil }
      guard let count = shape.rank == 0 ? 1 : shape.dimensions[0], count < 64 else { return nil }
      return Array(repeating: nil, count: count)
    case .dictionary: return nil
    }
  }

  /// The shape as an operand: of a plain value, that of its nested lists.
  var shape: PartialShape {
    switch self {
    case .tensor(let shape): return shape
    case .value(let value):
      guard let sizes = value.nestedSizes else { return .unknown }
      return PartialShape(sizes, contents: sizes.count <= 1 ? self.sizes : nil)
    case .list(let elements):
      guard let first = elements.first?.shape, !first.isUnknown else { return .unknown }
      return PartialShape([elements.count] + first.dimensions, contents: first.rank == 0 ? sizes : nil)
    case .dictionary: return .unknown
    }
  }
}

extension JSONValue {
  /// The sizes of nested lists of numbers; empty for a number.
  fileprivate var nestedSizes: [Int]? {
    guard let elements = arrayValue else { return doubleValue != nil || boolValue != nil ? [] : nil }
    guard let first = elements.first else { return [0] }
    return first.nestedSizes.map { [elements.count] + $0 }
  }
}
