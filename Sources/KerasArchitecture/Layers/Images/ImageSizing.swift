import OrderedJSON

/// `CenterCrop`, `Resizing` and `RandomCrop`: the output has the configured size.
struct ImageSizing: LayerKind {
  static let classNames = ["CenterCrop", "RandomCrop", "Resizing"]

  private let height, width: Int
  private let dataFormat: DataFormat
  private let generator: AugmentationGenerator?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    height = try config.positive("height")
    width = try config.positive("width")
    dataFormat = try config.dataFormat()
    guard config.className == "RandomCrop" else {
      generator = nil
      return
    }
    // Keras 3 takes a seed for the layer and another one for its generator.
    if config.generation.isKeras3, config["seed"] == nil { config.seedGenerator() }
    generator = AugmentationGenerator(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    generator?.build(weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shape = try call.input(minimumRank: 3)
    let first = dataFormat == .channelsFirst ? shape.rank - 2 : shape.rank - 3
    shape.dimensions[first] = height
    shape.dimensions[first + 1] = width
    return [shape]
  }
}
