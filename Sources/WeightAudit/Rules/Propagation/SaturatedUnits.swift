import SignalGraph

/// PRP003.
enum SaturatedUnits: Rule {
  static let descriptor = RuleDescriptor(
    "PRP003", "predicted-saturation",
    remedy: .any(
      .declare("kernel_initializer", "glorot_uniform"), .advice("add a normalization before the activation")),
    .init(
      summary: "Pre-activations are so large that tanh or sigmoid units saturate.",
      rationale: "A saturated unit has almost no slope, and therefore almost no gradient.",
      source: "Glorot & Bengio, AISTATS 2010, §3"))

  /// The root mean square at which a tanh passes back a tenth of its gradient.
  static let threshold = 5.0

  static let examples: [RuleExample] = [
    .found(
      "a hidden tanh layer with large kernels",
      .declarations(ExampleNetwork([.dense(gain: 100), .activation(.tanh), .dense(gain: 1)]))),
    .passed(
      "a hidden tanh layer at Glorot's scale",
      .declarations(ExampleNetwork([.dense(gain: 1), .activation(.tanh), .dense(gain: 1)]))),
    .passed(
      "a confident output layer",
      .declarations(ExampleNetwork([.dense(gain: 100), .activation(.sigmoid)]))),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] { model.freshGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let propagation = model.propagation
    let walk = GraphWalk(model.graph)
    for (index, node) in model.graph.nodes.enumerated() {
      guard case .activation(let activation) = node.operation, activation.saturates,
        let input = node.inputs.first,
        let square = propagation.signals[input]?.square, square > threshold * threshold,
        // The output of a classifier may be saturated.
        walk.isHidden(index)
      else { continue }
      return [
        Finding(
          descriptor, at: .layer(node.layer),
          "the pre-activations have a root mean square of \(ReportNumber.short(square.squareRoot())): most "
            + "units are saturated",
          evidence: [.init("preactivation_rms", square.squareRoot())]
        ).remedied(in: walk.linear(before: index).map { [model.graph.nodes[$0].layer] } ?? [])
      ]
    }
    return []
  }
}
