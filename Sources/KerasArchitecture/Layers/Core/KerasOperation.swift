import SignalGraph

/// A function of `keras.ops` that stands in a graph of Keras 3 as a node: it has no weights.
struct KerasOperation: LayerKind {
  static let classNames = ["Operation"]
  static let keepsDocumentClassName = true

  let prefersRecordedShapes = true
  let isOperation = true
  private let function: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    function = PythonNames.snakeCase(PythonNames.withoutPackage(config.place.className))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [.unknown] }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [ElementwiseFunction.signal(function, call.positional)]
  }
}
