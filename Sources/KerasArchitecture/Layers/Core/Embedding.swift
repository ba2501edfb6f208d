import OrderedJSON
import SignalGraph
import Tensors

/// `Embedding` and `ReversibleEmbedding`: embeddings `(input_dim, output_dim)`, whatever the input's shape,
/// and for an untied reversible one their transpose.
struct Embedding: KernelVariantLayer {
  static let classNames = ["Embedding", "ReversibleEmbedding"]

  private let inputSize: Int
  private let outputSize: Int
  private let initializer: InitializerReference
  private let hasReverse: Bool
  private let variant: KernelVariant

  init(_ config: LayerConfig) throws(ArchitectureError) {
    inputSize = try config.positive("input_dim")
    outputSize = try config.positive("output_dim")
    initializer = try config.initializer("embeddings_initializer", default: "uniform")
    let isTied = try config.bool("tie_weights", default: true)
    hasReverse = config.className == "ReversibleEmbedding" && !isTied
    variant = try KernelVariant(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let shape = [inputSize, outputSize]
    let table = KernelDeclaration(
      name: "embeddings", role: .embeddings, shape: shape, initializer: initializer,
      packedShape: [inputSize, KernelDeclaration.packed(outputSize)], scaleShape: [inputSize],
      groups: .init(size: outputSize, others: inputSize, areLast: true))
    try variant.addKernel(table, weights)
    try variant.addAfterBias(shape, weights, name: "embeddings")
    guard hasReverse else { return }
    let reversed = KernelDeclaration(
      name: "reverse_embeddings", role: .embeddings, shape: [outputSize, inputSize], initializer: initializer,
      packedShape: [KernelDeclaration.packed(outputSize), inputSize], scaleShape: [inputSize],
      groups: .init(size: outputSize, others: inputSize, hasIndex: false))
    try KernelVariant(quantization: variant.quantization, rank: nil).addKernel(reversed, weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input
    if call.flag(1, "reverse") { return [PartialShape(input.dimensions.dropLast() + [inputSize])] }
    return [PartialShape(input.dimensions + [outputSize])]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard !call.flag(1, "reverse"), let weight = layer.weight("embeddings") else { return [.opaque] }
    return [.lookup(weight: weight)]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    guard let rate = form.config["dropout"]?.doubleValue else { return }
    form.config["dropout"] = nil
    if rate > 0 { upgrader.note(.leftOut, layer, "it drops no rows in training any more (`dropout`)") }
  }
}
