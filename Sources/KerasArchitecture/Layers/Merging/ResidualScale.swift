/// `CustomScaleLayer` of InceptionResNet: the first input plus a fraction of the second.
struct ResidualScale: LayerKind {
  static let classNames = ["CustomScaleLayer"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] { [try call.input] }
}
