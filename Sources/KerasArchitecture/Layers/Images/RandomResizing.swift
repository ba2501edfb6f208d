/// `RandomHeight` and `RandomWidth` of Keras 2: one size of the output is unknown.
struct RandomResizing: LayerKind {
  static let classNames = ["RandomHeight", "RandomWidth"]

  private let axisFromEnd: Int
  private let generator: AugmentationGenerator

  init(_ config: LayerConfig) throws(ArchitectureError) {
    generator = AugmentationGenerator(config)
    axisFromEnd = config.className == "RandomHeight" ? 3 : 2
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    generator.build(weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shape = try call.input(minimumRank: 3)
    shape.dimensions[shape.rank - axisFromEnd] = nil
    return [shape]
  }
}
