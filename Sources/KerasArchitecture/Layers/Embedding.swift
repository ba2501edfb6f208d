import SignalGraph

/// `Embedding`: embeddings `(input_dim, output_dim)`, whatever the input's shape.
struct Embedding: LayerKind {
  static let classNames = ["Embedding"]

  private let inputSize: Int
  private let outputSize: Int
  private let initializer: InitializerReference

  init(_ config: LayerConfig) throws(ArchitectureError) {
    inputSize = try config.positive("input_dim")
    outputSize = try config.positive("output_dim")
    initializer = try config.initializer("embeddings_initializer", default: "uniform")
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try weights.add("embeddings", .embeddings, [inputSize, outputSize], initializer)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [PartialShape(try call.input.dimensions + [outputSize])]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    layer.weight("embeddings").map { [.lookup(weight: $0)] } ?? [.opaque]
  }
}
