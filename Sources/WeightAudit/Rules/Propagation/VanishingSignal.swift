import SignalGraph

/// PRP001.
enum VanishingSignal: Rule {
  static let descriptor = RuleDescriptor(
    "PRP001", "predicted-vanishing",
    remedy: .any(.declareByActivation, .advice("add normalization layers")),
    .init(
      summary: "Signals or gradients vanish with depth.",
      rationale:
        "A layer cannot learn from a signal that does not reach it: units far from the input depend "
        + "on biases alone. A root mean square below 1e-6 is an error, below 1e-3 a warning, below 1e-2 a "
        + "note; of trained weights below 1e-6 a warning.",
      source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017"))

  static let examples: [RuleExample] = [
    .found("ten tanh layers with small kernels", .declarations(.stack(10, gain: 0.05, .tanh))),
    .found("the same as measured in a file", .measuredNetwork(.stack(10, gain: 0.05, .tanh))),
    .passed("ten ReLU layers at He's scale", .declarations(.stack(10, gain: 2, .relu))),
  ]

  /// Of a root mean square, or of the share of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value < 1e-6 ? .error : value < 1e-3 ? .warning : value < 1e-2 ? .note : nil
  }

  static func judge(_ model: AuditedModel) -> [Finding] {
    if let graph = model.trainedGraph {
      return PropagationBound(rule: descriptor, verb: "vanish") { $0 < 1e-6 ? .warning : nil }
        .findings(in: graph, isSmall: true)
    }
    return model.freshGraph.map { judge($0) } ?? []
  }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    PropagationBound(rule: descriptor, verb: "vanish", severity: severity).findings(in: model, isSmall: true)
  }
}
