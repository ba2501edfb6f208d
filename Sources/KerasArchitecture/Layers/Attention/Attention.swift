import SignalGraph
import Tensors

/// `Attention` and `AdditiveAttention` over a query, a value and perhaps a key.
struct Attention: LayerKind {
  static let classNames = ["Attention", "AdditiveAttention"]

  private let isAdditive: Bool
  private let hasScale: Bool
  private let hasConcatenationWeight: Bool
  private let dropout: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    isAdditive = config.className == "AdditiveAttention"
    hasScale = try config.bool("use_scale", default: isAdditive)
    let scoreMode = try config.string("score_mode", default: "dot")
    hasConcatenationWeight = !isAdditive && scoreMode == "concat"
    dropout = try config.double("dropout", default: 0)
    if dropout > 0 { config.seedGenerator() }
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    if isAdditive {
      guard hasScale else { return }
      let size = try call.knownSize(try call.input, axis: -1)
      try weights.add("scale", .scale, [size], weights.fixedInitializer("glorot_uniform"))
    } else {
      if hasScale { try weights.add("scale", .scale, [], weights.fixedInitializer("ones")) }
      if hasConcatenationWeight {
        try weights.add("concat_score_weight", .scale, [], weights.fixedInitializer("ones"))
      }
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    let inputs = call.inputs
    guard (2...3).contains(inputs.count), let query = inputs.first, let key = inputs.last,
      let features = query.last, let valueFeatures = inputs[1].last, query.rank == 3, key.rank == 3,
      let queries = query.dimensions[1], let keys = key.dimensions[1]
    else { return [.opaque] }
    var attention = ScoredAttention(
      isAdditive || hasConcatenationWeight ? .additive : .product,
      scale: layer.weight(hasConcatenationWeight ? "concat_score_weight" : "scale"), features: features,
      valueFeatures: valueFeatures, queries: queries, keys: keys, hasKey: inputs.count == 3)
    attention.dropout = dropout
    return [.scoredAttention(attention)]
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let inputs = call.inputs
    guard inputs.count >= 2 else {
      throw call.error("expected a query and a value; found \(inputs.count) inputs")
    }
    let output = PartialShape(inputs[0].dimensions.dropLast() + [inputs[1].last])
    guard call.flag(2, "return_attention_scores") else { return [output] }
    let keys = inputs[1].dimensions.dropFirst().dropLast()
    return [output, PartialShape(inputs[0].dimensions.dropLast() + keys.prefix(1))]
  }
}
