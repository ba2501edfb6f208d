import SignalGraph

/// PRP002.
enum ExplodingSignal: Rule {
  static let descriptor = RuleDescriptor(
    "PRP002", "predicted-exploding",
    remedy: .any(.declareByActivation, .advice("add normalization layers")),
    .init(
      summary: "Signals or gradients explode with depth.",
      rationale: "Saturated units have no gradient, and huge values overflow.",
      source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017"))

  static let examples: [RuleExample] = [
    .found("ten ReLU layers with large kernels", .declarations(.stack(10, gain: 20, .relu))),
    .found("the same as measured in a file", .measuredNetwork(.stack(10, gain: 20, .relu))),
    .passed("ten ReLU layers at He's scale", .declarations(.stack(10, gain: 2, .relu))),
  ]

  /// Of a root mean square, or of the multiple of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value > 1e6 ? .error : value > 1e3 ? .warning : nil
  }

  static func judge(_ model: AuditedModel) -> [Finding] { model.freshGraph.map { judge($0) } ?? [] }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    PropagationBound(rule: descriptor, verb: "explode", severity: severity).findings(
      in: model, isSmall: false)
  }
}
