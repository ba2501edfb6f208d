import SignalGraph

/// GRD003: a proof on the graph.
enum SingleValueNormalization: Rule {
  static let descriptor = RuleDescriptor(
    "GRD003", "single-value-normalization", severity: .error,
    remedy: .any(
      .advice("remove the normalization"), .advice("let it normalize over an axis of several values")),
    .init(
      summary: "A normalization over one value.",
      rationale:
        "One value less its own mean is 0: the result is the same for every input, and no gradient passes. "
        + "Batch normalization does so in training, with a batch of one.",
      source: "Ba et al., 2016; Wu & He, ECCV 2018; Ioffe & Szegedy, ICML 2015"))

  static let examples: [RuleExample] = [
    .found("a layer normalization of one unit", .declarations(network(count: 1))),
    .passed("a layer normalization of 100 units", .declarations(network(count: 100))),
  ]

  private static func network(count: Int) -> ExampleNetwork {
    ExampleNetwork([.dense(gain: 2), .layerNormalization(count: count), .dense(gain: 1)])
  }

  static func judge(_ model: AuditedModel) -> [Finding] { model.measuredGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    var seen: Set<String> = []
    return model.graph.nodes.compactMap { node in
      guard case .normalization(let normalization) = node.operation, normalization.count == 1,
        let text = text(normalization.kind), seen.insert(node.layer).inserted
      else { return nil }
      return Finding(
        descriptor, at: .layer(node.layer),
        "\(text) normalizes one value at a time: the result is the same for every input, and no gradient "
          + "passes it",
        isProof: true)
    }
  }

  private static func text(_ kind: Normalization.Kind) -> String? {
    switch kind {
    case .layer, .group: "it"
    case .batch: "with a batch of one, it"
    // The sign is left of a value that is divided by its own size.
    case .rootMeanSquare, .unitLength: nil
    }
  }
}
