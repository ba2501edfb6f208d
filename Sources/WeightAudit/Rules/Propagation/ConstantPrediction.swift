import SignalGraph
import Tensors
import Text

/// PRP004.
enum ConstantPrediction: Rule {
  static let descriptor = RuleDescriptor(
    "PRP004", "predicted-constant", severity: .error,
    remedy: .any(
      .declare("bias_initializer", "zeros"),
      .advice("start from an earlier checkpoint with a lower learning rate if the model is trained")),
    .init(
      summary: "Every unit of a layer returns the same for every input.",
      rationale:
        "Where every ReLU is at 0, or every sigmoid at its end, the result is the same for every input, and "
        + "no gradient reaches the layers before. An error if no way around it leads to an output; a warning "
        + "if one does, and of trained weights, whose inputs may have another scale.",
      source: "Lu et al., 2019 (dying ReLU); moments of signals as of PRP001"))

  static let examples: [RuleExample] = [
    .found("ReLU layers with biases of -10", .declarations(network(bias: -10))),
    .found("the same as measured in a file", .measuredNetwork(network(bias: -10))),
    .passed("ReLU layers with biases of 0.1", .declarations(network(bias: 0.1))),
    .passed(
      "a last layer of zeros",
      .declarations(ExampleNetwork([.dense(gain: 2), .activation(.relu), .constant(0)]))
    ),
  ]

  private static func network(bias: Double) -> ExampleNetwork {
    ExampleNetwork([
      .biased(gain: 2, bias: bias), .activation(.relu), .biased(gain: 2, bias: bias), .activation(.relu),
      .dense(gain: 1),
    ])
  }

  /// The mean square below which nothing passes, relative to a unit input.
  private static let nothing = 1e-12

  static func judge(_ model: AuditedModel) -> [Finding] {
    if let graph = model.trainedGraph { return judge(graph).map { $0.limited(to: .warning) } }
    return model.freshGraph.map { judge($0) } ?? []
  }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let graph = model.graph
    let signals = model.propagation.signals
    func passes(_ index: Int) -> Bool? {
      signals[index].map { max(0, $0.square - $0.acrossSamples) > nothing * max(1, $0.square) }
    }
    let dead = graph.nodes.indices.filter { index in
      guard case .activation = graph.nodes[index].operation, let input = graph.nodes[index].inputs.first
      else {
        return false
      }
      return passes(index) == false && passes(input) == true
    }
    guard let first = dead.first else { return [] }
    // Of what a proof speaks, a prediction need not.
    let flow = GradientFlow(model)
    let proven = Set(flow.barriers.map(\.layer))
    let isTold = !flow.blockedKernels.isEmpty || !ConstantSoftmax.judge(model).isEmpty
    guard !isTold || !dead.allSatisfy({ proven.contains(graph.nodes[$0].layer) }) else { return [] }
    let consumers = graph.consumers()
    let isDead = graph.nodes.indices.filter { consumers[$0].isEmpty }.allSatisfy { output in
      // Of softmax no moments are known; it gets none either.
      let node = graph.nodes[output]
      return passes(signals[output] == nil ? node.inputs.first ?? output : output) == false
    }
    let kernels = graph.nodes.indices.filter { index in
      !graph.nodes[index].operation.kernels.isEmpty
        && model.propagation.gradients[index].map { $0.square <= nothing } == true
    }
    let layers = dead.map { graph.nodes[$0].layer }
    let walk = GraphWalk(graph)
    let producers = dead.map { graph.nodes[walk.linear(before: $0) ?? $0].layer }
    let others = Set(layers).count - 1
    let names = "`\(layers[0])`" + (others > 0 ? " and \(NumberText.counted(others, "other layer"))" : "")
    let reached = NumberText.counted(Set(kernels.map { graph.nodes[$0].layer }).count, "layer")
    let finding = Finding(
      descriptor, at: .layer(graph.nodes[first].layer),
      "for inputs of unit mean square every unit of \(names) returns the same for every input"
        + (isDead ? ": so does the model" : "")
        + (kernels.isEmpty ? "" : "\(isDead ? ", and" : ":") no gradient reaches \(reached)"),
      severity: isDead ? .error : .warning
    )
    let biased = producers.contains { layer in
      graph.nodes.contains { node in
        guard node.layer == layer, case .linear(let map) = node.operation, let bias = map.bias else {
          return false
        }
        return model.weights[bias]?.expectation.map { $0.meanSquare > 0 } ?? false
      }
    }
    // Without biases it is the signal that fades.
    guard biased else {
      let remedy = ScaleRemedy.remedy(in: model)
      return [finding.remedied(by: remedy).remedied(in: remedy.layers)]
    }
    return [
      finding.remedied(in: producers.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    ]
  }
}
