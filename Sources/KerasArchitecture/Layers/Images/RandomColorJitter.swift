/// `RandomColorJitter`: it makes a seed generator and one for each factor in its configuration.
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
