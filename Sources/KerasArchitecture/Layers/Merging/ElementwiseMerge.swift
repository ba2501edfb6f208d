import SignalGraph

/// `Add`, `Subtract`, `Maximum` and `Minimum`: elementwise, with broadcasting.
struct ElementwiseMerge: LayerKind {
  static let classNames = ["Add", "Subtract", "Maximum", "Minimum"]

  private let isSum: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    isSum = ["Add", "Subtract"].contains(config.className)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try call.broadcastInputs()]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [isSum ? .add : .extremum] }
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
