import SignalGraph
import Text

/// NRM005.
enum RedundantBias: Rule {
  static let descriptor = RuleDescriptor(
    "NRM005", "bias-before-normalization", severity: .note,
    remedy: .all(.setArgument(field: "use_bias", value: false)),
    .init(
      summary: "A layer has a bias that the BatchNormalization behind it cancels.",
      rationale:
        "The normalization subtracts the mean, and the bias with it: these parameters have no effect.",
      source: "Ioffe & Szegedy, ICML 2015, §3.2"))

  static let examples: [RuleExample] = [
    .found(
      "a bias before a batch normalization",
      .declarations(ExampleNetwork([.dense(gain: 1, hasBias: true), .batchNormalization]))),
    .passed(
      "a bias before an activation",
      .declarations(ExampleNetwork([.dense(gain: 1, hasBias: true), .activation(.relu)]))),
  ]

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let consumers = model.graph.consumers()
    func isNormalized(_ index: Int) -> Bool {
      guard consumers[index].count == 1, let next = consumers[index].first else { return false }
      switch model.graph.nodes[next].operation {
      case .normalization(let normalization): return normalization.kind == .batch
      case .activation(.linear), .dropout: return isNormalized(next)
      default: return false
      }
    }
    let layers = model.graph.nodes.indices.compactMap { index -> String? in
      guard case .linear(let map) = model.graph.nodes[index].operation, let bias = map.bias,
        model.weights[bias]?.isTrainable == true, isNormalized(index)
      else { return nil }
      return model.graph.nodes[index].layer
    }
    guard let first = layers.first else { return [] }
    let message =
      layers.count == 1
      ? "its bias has no effect: a BatchNormalization follows"
      : "its bias and those of \(NumberText.counted(layers.count - 1, "other layer")) have no effect: a "
        + "BatchNormalization follows"
    return [Finding(descriptor, at: .layer(first), message).remedied(in: layers)]
  }
}
