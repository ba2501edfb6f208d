import OrderedJSON

/// Layers that turn values into categories: their output is an index, or a vector of a category's length.
struct CategoryLayer: LayerKind {
  static let classNames = [
    "CategoryEncoding", "Discretization", "HashedCrossing", "Hashing",
  ]

  private let depth: Int?
  private let mode: String
  private let className: String

  init(_ config: LayerConfig) throws(ArchitectureError) {
    className = config.className
    mode = try config.string("output_mode", default: className == "CategoryEncoding" ? "multi_hot" : "int")
    switch className {
    case "CategoryEncoding":
      // tf.keras before 2.6 has the older name.
      let key = config["num_tokens"] == nil && !config.generation.isKeras3 ? "max_tokens" : "num_tokens"
      depth = try config.positive(key)
    case "Discretization":
      if let boundaries = config["bin_boundaries"]?.arrayValue {
        depth = boundaries.count + 1
      } else {
        depth = config["num_bins"]?.wholeNumber
      }
    default: depth = try config.positive("num_bins")
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    switch (className, mode) {
    case ("Discretization", "multi_hot"), ("Discretization", "count"):
      return [
        PartialShape(input.rank >= 2 ? [input.batch] + input.dimensions.dropFirst(2) + [depth] : [depth])
      ]
    case ("Hashing", "one_hot"): return [PartialShape(input.dimensions.dropLast() + [depth])]
    default: return [input.encoded(mode, depth: depth)]
    }
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    // Keras 2 calls it by the type of what it returns; in Keras 3 inputs would be cast to that.
    if className == "Discretization" { form.config["dtype"] = "float32" }
    guard let count = form.config["max_tokens"], className == "CategoryEncoding" else { return }
    form.config["max_tokens"] = nil
    form.config["num_tokens"] = count
  }
}
