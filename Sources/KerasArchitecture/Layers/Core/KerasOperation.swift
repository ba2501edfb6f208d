import OrderedJSON
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
    // A reshaping to vectors is what `Flatten` does with channels last.
    if function == "reshape", let input = try? call.input, input.rank > 2, reshapesToVectors(layer) {
      let sizes = input.dimensions.dropFirst().compactMap(\.self)
      return [.flatten(units: input.last, rows: sizes.count == input.rank - 1 ? sizes : nil)]
    }
    return FunctionSignals(
      name: function, operands: call.positional,
      setting: { name in layer.config[name] ?? call.keywords.first { $0.key == name }?.value.plainValue }
    ).operations
  }

  private func reshapesToVectors(_ layer: Layer) -> Bool {
    (layer.config["newshape"] ?? layer.config["shape"])?.arrayValue?.count == 2
  }
}
