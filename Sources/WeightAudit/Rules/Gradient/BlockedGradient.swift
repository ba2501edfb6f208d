import SignalGraph
import Tensors
import Text

/// GRD001: a proof on the graph, for declarations and values alike.
enum BlockedGradient: Rule {
  static let descriptor = RuleDescriptor(
    "GRD001", "blocked-gradient", severity: .error,
    remedy: .all(.declareByActivation),
    .init(
      summary: "Kernels that no gradient can ever reach.",
      rationale:
        "Training moves weights along their gradients: where these are always 0, nothing is learned.",
      source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §6.5; fixpoint over the graph"))

  static let examples: [RuleExample] = [
    .found(
      "two hidden ReLU layers declared with zeros",
      .declarations(zeros(2))),
    .found("the same as measured in a file", .measuredNetwork(zeros(2))),
    .found(
      "weights that are all negative between ReLU layers",
      .declarations(
        ExampleNetwork([
          .dense(gain: 2), .activation(.relu), .constant(-0.1), .activation(.relu), .dense(gain: 1),
        ]))),
    .passed("hidden ReLU layers declared at He's scale", .declarations(.stack(3, gain: 2, .relu))),
    .passed("zeros in the last layer only", .declarations(ExampleNetwork([.dense(gain: 2), .constant(0)]))),
  ]

  private static func zeros(_ count: Int) -> ExampleNetwork {
    ExampleNetwork(
      (0..<count).flatMap { _ -> [ExampleNetwork.Layer] in [.constant(0), .activation(.relu)] }
        + [.dense(gain: 1)])
  }

  static func judge(_ model: AuditedModel) -> [Finding] { model.measuredGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let flow = GradientFlow(model)
    let blocked = flow.blockedKernels.compactMap { model.weights[$0] }
    guard let first = blocked.first else { return [] }
    let kernels = Set(
      model.graph.nodes.flatMap { $0.operation.kernels }.filter { model.weights[$0]?.isTrainable == true })
    let names = NameList.text(blocked.map(\.name))
    let zeros = blocked.filter { $0.expectation?.meanSquare == 0 }
    // Zeros are reason enough.
    let barriers = zeros.isEmpty ? flow.barriers : []
    guard barriers.isEmpty || !barriers.allSatisfy(\.isConstantSoftmax) else { return [] }
    let barrier = barriers.first.map { ": `\($0.layer)` hands none back, as \($0.reason)" } ?? ""
    let message =
      (blocked.count == kernels.count
        ? "none of the \(kernels.count) kernels can ever receive a gradient"
        : "\(names) can never receive a gradient") + barrier
    let finding = Finding(descriptor, at: .layer(first.layer), message, isProof: true)
      .caused(by: zeros.isEmpty ? barriers.flatMap(\.kernels) : zeros.map(\.name))
    // What is declared to be below zero is at fault itself.
    let stopped = Set(barriers.filter(\.isRectifier).flatMap(\.kernels))
    let negative = model.weights.values.filter {
      stopped.contains($0.name) && ($0.values.range?.upperBound ?? 1) <= 0
    }.sorted { $0.name < $1.name }
    let faulty = zeros.isEmpty ? negative : zeros
    guard !faulty.isEmpty else {
      let advice =
        if !barrier.isEmpty {
          "change what stops the gradient: that layer, or the weights in front of it"
        } else if flow.blocksByOnePosition {
          "let it attend to more than one position: over one, its scores change nothing"
        } else {
          "replace the zeros that block the gradient by random values"
        }
      return [finding.remedied(by: .all(.advice(advice)))]
    }
    var layers: [String] = []
    for layer in faulty.map(\.layer) where !layers.contains(layer) { layers.append(layer) }
    return [finding.remedied(in: layers)]
  }
}
