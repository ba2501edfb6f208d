/// `RandAugment` and `AugMix`: they make a seed generator and one for each layer that they choose from.
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

extension LayerConfig {
  /// A layer without weights that another one makes for itself.
  func ownedLayer(_ className: String) throws(ArchitectureError) -> Layer {
    try ownedLayer(FixedPreprocessing.self, name: PythonNames.snakeCase(className))
  }
}
