import OrderedJSON
import Tensors

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

  /// The shapes of all arguments, keyword arguments included.
  var tensors: [PartialShape] {
    inputs.map(\.shape) + keywords.sorted { $0.key < $1.key }.flatMap(\.value.tensors)
  }

  func value(_ name: String) -> JSONValue? { keywords[name]?.plainValue }

  func integer(_ name: String) -> Int? { value(name)?.wholeNumber }

  /// A list of numbers, some of which may be unknown; a single number counts as a list of one.
  func sizes(_ name: String) -> [Int?]? { keywords[name]?.sizes }
}

extension TensorFlowArguments {
  /// The shape of the first tensor, if it is known.
  var knownInput: PartialShape? { input.flatMap { $0.isUnknown ? nil : $0 } }

  /// The result of a function such as `zeros`, whose shape is its argument: one list, or its elements one by
  /// one.
  var filled: [PartialShape]? {
    if let sizes = sizes("shape") ?? (inputs.count == 1 ? inputs[0].sizes : nil) {
      return [PartialShape(sizes)]
    }
    return ShapeStructure.list(inputs).sizes.map { [PartialShape($0)] }
  }
}
