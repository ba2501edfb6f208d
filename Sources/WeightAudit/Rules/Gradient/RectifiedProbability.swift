import SignalGraph

/// GRD005.
enum RectifiedProbability: Rule {
  static let descriptor = RuleDescriptor(
    "GRD005", "rectified-probability",
    remedy: .all(.advice("remove the ReLU in front of the sigmoid")),
    .init(
      summary: "An output with a sigmoid of what a ReLU returns.",
      rationale:
        "It is never below 0.5, and where the ReLU is 0 there is no gradient: of a symmetric start that is "
        + "half of all samples, and samples of class 0 push more and more of them there.",
      source: "The range of the functions; Lu et al., 2019 (dying ReLU)"))

  static let examples: [RuleExample] = [
    .found(
      "a sigmoid behind a ReLU",
      .declarations(ExampleNetwork([.dense(gain: 2), .activation(.relu), .activation(.sigmoid)]))),
    .passed(
      "a kernel between them",
      .declarations(
        ExampleNetwork([.dense(gain: 2), .activation(.relu), .dense(gain: 1), .activation(.sigmoid)]))),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] { model.measuredGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let walk = GraphWalk(model.graph)
    return model.graph.nodes.indices.compactMap { index in
      let node = model.graph.nodes[index]
      guard node.operation == .activation(.sigmoid), model.graph.consumers(of: index) == 0,
        let first = walk.activation(before: index), first.activation.isReLU
      else { return nil }
      return Finding(
        descriptor, at: .layer(node.layer),
        "its sigmoid gets what the ReLU of `\(first.layer)` returns: the output is never below 0.5, and has "
          + "no gradient where that is 0")
    }
  }
}
