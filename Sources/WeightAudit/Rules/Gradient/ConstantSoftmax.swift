import SignalGraph

/// GRD002: a proof on the graph.
enum ConstantSoftmax: Rule {
  static let descriptor = RuleDescriptor(
    "GRD002", "constant-softmax", severity: .error,
    remedy: .any(
      .advice("use sigmoid for one unit"), .advice("give the layer one unit for each class")),
    .init(
      summary: "A softmax over one unit.",
      rationale: "It is 1 for every input, and its gradient is 0: nothing before it ever learns.",
      source: "exp(z) / exp(z) = 1"))

  static let examples: [RuleExample] = [
    .found("an output of one unit with softmax", .declarations(network(units: 1))),
    .found("the same as measured in a file", .measuredNetwork(network(units: 1))),
    .passed("two classes", .declarations(network(units: 2))),
  ]

  private static func network(units: Int) -> ExampleNetwork {
    ExampleNetwork([
      .dense(gain: 2), .activation(.relu), .dense(gain: 1), .activation(.softmax(units: units)),
    ])
  }

  static func judge(_ model: AuditedModel) -> [Finding] { model.measuredGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    var seen: Set<String> = []
    return model.graph.nodes.filter { $0.operation == .activation(.softmax(units: 1)) }.compactMap { node in
      guard seen.insert(node.layer).inserted else { return nil }
      return Finding(
        descriptor, at: .layer(node.layer),
        "a softmax over one unit is 1 for every input, and no gradient passes it", isProof: true)
    }
  }
}
