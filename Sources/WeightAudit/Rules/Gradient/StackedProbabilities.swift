import SignalGraph

/// GRD004.
enum StackedProbabilities: Rule {
  static let descriptor = RuleDescriptor(
    "GRD004", "stacked-probabilities",
    remedy: .any(
      .advice("remove the second function"), .advice("tell the loss from_logits=False and keep one")),
    .init(
      summary: "A softmax or sigmoid of what is a probability already.",
      rationale:
        "Probabilities are between 0 and 1, so the second function hardly tells them apart: of n classes "
        + "none can get more than e/(e + n − 1), and a sigmoid never less than 0.5.",
      source: "Bridle, 1990; the range of the functions"))

  static let examples: [RuleExample] = [
    .found("a softmax behind a softmax", .declarations(network([.softmax(units: 10), .softmax(units: 10)]))),
    .found("a sigmoid behind a sigmoid", .declarations(network([.sigmoid, .sigmoid]))),
    .passed("one softmax", .declarations(network([.softmax(units: 10)]))),
    .passed(
      "a sigmoid behind a softmax and a kernel",
      .declarations(
        ExampleNetwork([.activation(.softmax(units: 10)), .dense(gain: 1), .activation(.sigmoid)]))),
  ]

  private static func network(_ activations: [Activation]) -> ExampleNetwork {
    ExampleNetwork([.dense(gain: 2)] + activations.map { .activation($0) })
  }

  static func judge(_ model: AuditedModel) -> [Finding] { model.measuredGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let walk = GraphWalk(model.graph)
    return model.graph.nodes.indices.compactMap { index in
      let node = model.graph.nodes[index]
      guard case .activation(let second) = node.operation, second.isProbability,
        // A gate inside the network may well be computed from probabilities.
        !walk.isHidden(index), model.graph.consumers(of: index) == 0,
        let first = walk.activation(before: index), first.activation.isProbability
      else { return nil }
      return Finding(
        descriptor, at: .layer(node.layer),
        "its \(second.title) gets probabilities, from the \(first.activation.title) of `\(first.layer)`: "
          + bound(second))
    }
  }

  private static func bound(_ activation: Activation) -> String {
    guard case .softmax(let units?) = activation, units > 1 else { return "the result is never below 0.5" }
    let e = Elementary.exponential(1)
    return "none of \(units) classes gets more than \(ReportNumber.short(e / (e + Double(units - 1))))"
  }
}
