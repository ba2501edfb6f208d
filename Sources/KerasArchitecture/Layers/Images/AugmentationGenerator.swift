import OrderedJSON

/// The generator of an augmentation layer: Keras 3 makes it in the constructor, tf.keras seeds it when the
/// layer is built.
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
