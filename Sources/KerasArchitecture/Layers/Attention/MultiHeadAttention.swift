import OrderedJSON
import SignalGraph
import Tensors

/// `MultiHeadAttention` and `GroupQueryAttention`: projections of query, key and value, and of the result.
struct MultiHeadAttention: LayerKind {
  static let classNames = ["MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"]

  private let queryHeads, keyHeads, keySize, valueSize: Int
  private let outputSizes: [Int]?
  private let hasGate: Bool
  private let dropout: Double
  private let seed: JSONValue?
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let hasPrivateNames: Bool
  private let usesFanAxes: Bool
  /// The axes that tf.keras attends over.
  private let attentionAxes: [Int]?
  /// Whether the shape of the scores follows from those axes.
  private let hasScoresOverAxes: Bool
  private let isGrouped: Bool
  private let query, key, gate, value, output: Layer
  private let softmax, dropoutLayer: Layer

  init(_ config: LayerConfig) throws(ArchitectureError) {
    isGrouped = config.className != "MultiHeadAttention"
    hasPrivateNames = isGrouped || !config.generation.isKeras3
    usesFanAxes = config.generation.initializersTakeFanAxes
    hasScoresOverAxes = !config.generation.isKeras3
    attentionAxes = config["attention_axes"] == nil ? nil : try config.integers("attention_axes")
    queryHeads = try config.positive(isGrouped ? "num_query_heads" : "num_heads")
    keyHeads = isGrouped ? try config.positive("num_key_value_heads") : queryHeads
    keySize = try config.positive(isGrouped ? "head_dim" : "key_dim")
    valueSize = try isGrouped ? keySize : config.positive("value_dim", default: keySize)
    outputSizes = config["output_shape"] == nil || isGrouped ? nil : try config.integers("output_shape")
    hasGate = try config.bool("use_gate", default: false)
    dropout = try config.double("dropout", default: 0)
    seed = config["seed"]
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    query = try Self.projection("query", config)
    key = try Self.projection("key", config)
    gate = try Self.projection("gate", config)
    value = try Self.projection("value", config)
    output = try Self.projection("attention_output", config)
    softmax = try config.ownedLayer(Softmax.self, name: "softmax")
    dropoutLayer = try config.ownedLayer(PassThrough.self, name: "dropout")
  }

  private static func projection(_ name: String, _ config: LayerConfig) throws(ArchitectureError) -> Layer {
    var inherited = JSONObject()
    for key in ["dtype", "trainable"] { inherited[key] = config.object[key] }
    let layer = try config.ownedLayer(ProjectionLayer.self, inherited, name: name)
    // Keras 3 makes it when attention is built, and freezes what is there when it is frozen.
    layer.ignoresOwner = config.generation.isKeras3
    return layer
  }

  /// The layers in the order of their weights, under Keras's attributes.
  var children: [LayerChildren] {
    let prefix = hasPrivateNames ? "_" : ""
    return [LayerChildren("\(prefix)query_dense", query), LayerChildren("\(prefix)key_dense", key)]
      + (hasGate ? [LayerChildren("_gate_dense", gate)] : [])
      + [
        LayerChildren("\(prefix)value_dense", value), LayerChildren("_softmax", softmax),
        LayerChildren("_dropout_layer", dropoutLayer), LayerChildren("\(prefix)output_dense", output),
      ]
  }

  /// The three inputs: the key is the value unless it is given.
  private func inputs(
    _ call: LayerCall
  ) throws(ArchitectureError) -> (query: PartialShape, value: PartialShape, key: PartialShape) {
    // A hand-written graph may pass them as one list.
    let list = call.positional.first?.tensors ?? []
    guard let query = call.argument(0, "query"),
      let value = call.argument(1, "value") ?? (list.count > 1 ? list[1] : nil)
    else { throw call.error("expected a query and a value") }
    return (query, value, call.argument(2, "key") ?? (list.count > 2 ? list[2] : nil) ?? value)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let (querySize, valueInput, keyInput) = (
      try call.knownSize(try inputs(call).query, axis: -1),
      try call.knownSize(try inputs(call).value, axis: -1),
      try call.knownSize(try inputs(call).key, axis: -1)
    )
    try build(query, from: [querySize], to: [queryHeads, keySize], weights)
    try build(key, from: [keyInput], to: [keyHeads, keySize], weights)
    if hasGate { try build(gate, from: [querySize], to: [queryHeads, valueSize], weights) }
    try build(value, from: [valueInput], to: [keyHeads, valueSize], weights)
    if dropout > 0 { weights.seedGenerator(seed) }
    try build(output, from: [queryHeads, valueSize], to: outputSizes ?? [querySize], weights)
  }

  /// Builds a projection, which has clones of the layer's initializers: each draws a seed of its own.
  private func build(
    _ layer: Layer, from inputs: [Int], to outputs: [Int], _ weights: WeightRecorder
  ) throws(ArchitectureError) {
    let projection = Projection(
      inputs: inputs, outputs: outputs, kernel: weights.clone(kernelInitializer), bias: bias.cloned(weights),
      usesFanAxes: usesFanAxes)
    try layer.build(creating: projection.addWeights)
  }

  /// The signal of the value: the result is a mean of it, weighted by what query and key give.
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let value = try? inputs(call).value, let features = value.last,
      let query = try? inputs(call).query, let size = query.last,
      let inner = CheckedSize.product([keyHeads, valueSize]),
      let joined = CheckedSize.product([queryHeads, valueSize]),
      let outer = CheckedSize.product(outputSizes ?? [size])
    else { return [.opaque] }
    let weighing = [self.query, key, gate].compactMap { $0.weight("kernel") }
    return self.value.linear("kernel", .init(fanIn: features, units: inner))
      + [.attention(positions: value.rank == 3 ? value.dimensions[1] : nil, kernels: weighing)]
      + output.linear("kernel", .init(fanIn: joined, units: outer))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let (query, _, key) = try inputs(call)
    let output = outputSizes.map { PartialShape(query.dimensions.dropLast() + $0) } ?? query
    guard call.flag(7, "return_attention_scores") else { return [output] }
    if hasScoresOverAxes { return [output, scores(query, key: key)] }
    // Keras 3 uses the query's length for the key's too.
    let length = query.rank > 1 ? query.dimensions[1] : nil
    return [output, [query.batch, queryHeads, length, length]]
  }
}

extension MultiHeadAttention {
  /// The shape of the scores in tf.keras: the axes that are not attended over, the heads, then the sizes of
  /// the query and of the key along the axes that are.
  private func scores(_ query: PartialShape, key: PartialShape) -> PartialShape {
    let between = Array(1..<max(1, query.rank - 1))
    let axes = attentionAxes?.compactMap { query.index(ofAxis: $0) } ?? between
    guard key.rank == query.rank else { return .unknown }
    return PartialShape(
      [query.batch] + between.filter { !axes.contains($0) }.map { query.dimensions[$0] } + [queryHeads]
        + axes.map { query.dimensions[$0] } + axes.map { key.dimensions[$0] })
  }
}
