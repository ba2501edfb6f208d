import SignalGraph

/// `Add`, `Subtract`, `Maximum` and `Minimum`: elementwise, with broadcasting.
struct ElementwiseMerge: LayerKind {
  static let classNames = ["Add", "Subtract", "Maximum", "Minimum"]

  private let isSum: Bool
  private let isDifference: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    isSum = ["Add", "Subtract"].contains(config.className)
    isDifference = config.className == "Subtract"
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [isSum ? .add : .extremum] }

  func emitSignals(_ call: SignalCall, to graph: inout SignalGraph) throws(ArchitectureError) -> [Int] {
    // A signal less itself is nothing.
    let isNothing = isDifference && call.inputs.count == 2 && call.inputs[0] == call.inputs[1]
    let operation = isNothing ? .affine(scale: 0, offset: 0) : isSum ? SignalOperation.add : .extremum
    let node = graph.append(
      operation, layer: call.layer.name, inputs: isNothing ? Array(call.inputs.prefix(1)) : call.inputs)
    return Array(repeating: node, count: call.outputCount)
  }
}

/// `Average`: the elementwise mean.
struct AveragingMerge: LayerKind {
  static let classNames = ["Average"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.average] }
}

/// `Multiply`: the elementwise product.
struct MultiplyingMerge: LayerKind {
  static let classNames = ["Multiply"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.multiply(repeats: call.repeats)] }
}
