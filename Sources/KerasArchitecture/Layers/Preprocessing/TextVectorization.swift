import OrderedJSON

/// `TextVectorization`: words of a text as indices, or as a vector over the vocabulary.
struct TextVectorization: LayerKind {
  static let classNames = ["TextVectorization"]

  private let mode: String
  private let length: Int?
  private let depth: Int?
  private let splits: Bool
  /// Whether an axis of size one is dropped before the split into words, as in tf.keras.
  private let squeezes: Bool
  /// The layer that looks words up, which has weights of its own with `output_mode="tf_idf"` alone.
  private let lookup: Layer?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    mode = try config.string("output_mode", default: "int")
    length = config["output_sequence_length"]?.wholeNumber
    depth = LookupDepth.read(config)
    splits = config.object["split"]?.isNull != true
    squeezes = splits && !config.generation.isKeras3
    lookup =
      DocumentFrequencies(config, mode) == nil
      ? nil
      : try config.ownedLayer(
        LookupLayer.self, className: "StringLookup", config.object, name: "string_lookup")
  }

  var children: [LayerChildren] { lookup.map { [LayerChildren("_lookup_layer", $0)] } ?? [] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    guard let lookup else { return }
    try lookup.build(call)
    // Keras stores it for both.
    if let frequencies = lookup.ownWeight(WeightDeclaration.stateName) { weights.share(frequencies) }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var input = try call.input
    if mode == "int" { return [[input.batch, length]] }
    if squeezes, input.rank == 2, input.last == 1 { input.dimensions.removeLast() }
    let words =
      splits
      ? PartialShape(input.dimensions + [nil]) : input.rank > 1 ? input : PartialShape(input.dimensions + [1])
    return [words.encoded(mode, depth: depth)]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    DocumentFrequencies.check(form, layer, upgrader)
  }
}
