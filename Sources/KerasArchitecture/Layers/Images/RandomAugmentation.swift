import OrderedJSON
import SignalGraph

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
