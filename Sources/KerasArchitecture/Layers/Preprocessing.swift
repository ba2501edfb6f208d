import OrderedJSON
import SignalGraph

/// Preprocessing layers that neither draw nor change the shape.
struct Preprocessing: ShapePreservingLayer {
  static let classNames = [
    "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "Equalization", "MaxNumBoundingBoxes",
  ]

  init(_ config: LayerConfig) throws(ArchitectureError) {}
}

/// `Rescaling`: a factor and an offset, one for all or one for each channel.
struct Rescaling: ShapePreservingLayer {
  static let classNames = ["Rescaling"]

  private let scales, offsets: [Double]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    scales = Self.numbers(config["scale"], default: 1)
    offsets = Self.numbers(config["offset"], default: 0)
  }

  private static func numbers(_ value: JSONValue?, default number: Double) -> [Double] {
    guard let value else { return [number] }
    let numbers = (value.arrayValue ?? [value]).compactMap(\.doubleValue)
    return numbers.isEmpty ? [number] : numbers
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    return [.affine(scale: mean(scales.map { $0 * $0 }).squareRoot(), offset: mean(offsets))]
  }
}

/// Augmentation layers with one seed generator each.
struct RandomAugmentation: ShapePreservingLayer {
  static let classNames = [
    "CutMix", "MixUp", "RandomBrightness", "RandomColorDegeneration", "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
    "RandomPerspective", "RandomPosterization", "RandomRotation", "RandomSaturation", "RandomSharpness",
    "RandomShear", "RandomTranslation", "RandomZoom", "Solarization",
  ]

  private let generator: AugmentationGenerator

  init(_ config: LayerConfig) throws(ArchitectureError) { generator = AugmentationGenerator(config) }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    generator.build(weights)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.passThrough] }
}

/// The generator of an augmentation layer: Keras 3 makes it in the constructor, tf.keras seeds it when the layer
/// is built.
struct AugmentationGenerator {
  private let seed: JSONValue?
  private let isBuilt: Bool

  init(_ config: LayerConfig) {
    seed = config["seed"]
    isBuilt = !config.generation.isKeras3
    if !isBuilt { config.seedGenerator() }
  }

  func build(_ weights: WeightRecorder) {
    if isBuilt { weights.builtGenerator(seed) }
  }
}

/// `RandAugment` and `AugMix`: a generator of their own and one for each layer that they choose from.
struct ComposedAugmentation: ShapePreservingLayer {
  static let classNames = ["AugMix", "RandAugment"]

  private let owned: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let hasAll = try config.className == "RandAugment" ? true : config.bool("all_ops", default: true)
    let drawing =
      hasAll
      ? [
        "RandomShear", "RandomTranslation", "RandomRotation", "RandomBrightness", "RandomColorDegeneration",
        "RandomContrast", "RandomSharpness", "Solarization", "RandomPosterization",
      ] : ["RandomShear", "RandomTranslation", "RandomRotation", "Solarization", "RandomPosterization"]
    config.seedGenerator()
    for _ in drawing { config.seedGenerator() }
    var owned: [Layer] = []
    for className in drawing + ["AutoContrast", "Equalization"] {
      owned.append(try config.ownedLayer(className))
    }
    self.owned = owned
  }

  var children: [LayerChildren] { owned.map { LayerChildren($0.name, $0) } }
}

/// `RandomColorJitter`: a generator of its own and one for each factor that is given.
struct RandomColorJitter: ShapePreservingLayer {
  static let classNames = ["RandomColorJitter"]

  private let owned: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    config.seedGenerator()
    var owned: [Layer] = []
    for name in ["brightness", "contrast", "saturation", "hue"] where config["\(name)_factor"] != nil {
      config.seedGenerator()
      owned.append(try config.ownedLayer("Random\(name.prefix(1).uppercased())\(name.dropFirst())"))
    }
    self.owned = owned
  }

  var children: [LayerChildren] { owned.map { LayerChildren($0.name, $0) } }
}

extension LayerConfig {
  /// A layer without weights that another one makes for itself.
  fileprivate func ownedLayer(_ className: String) throws(ArchitectureError) -> Layer {
    try ownedLayer(Preprocessing.self, name: PythonNames.snakeCase(className))
  }
}

/// `CenterCrop`, `Resizing` and `RandomCrop`: images of a given size.
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
    // Keras 3 draws a seed for the layer and another one for its generator.
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

/// `Pipeline`: preprocessing layers one after the other.
struct Pipeline: LayerKind {
  static let classNames = ["Pipeline"]

  private let layers: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) { layers = try config.layers("layers") }

  var children: [LayerChildren] { [LayerChildren("layers", list: layers)] }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shapes = [try call.input]
    for layer in layers { shapes = try layer.call(call.forwarded(to: layer, shapes[0])) }
    return shapes
  }
}
