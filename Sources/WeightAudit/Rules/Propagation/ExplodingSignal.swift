import SignalGraph

/// PRP002.
enum ExplodingSignal: Rule {
  static let descriptor = RuleDescriptor(
    "PRP002", "predicted-exploding",
    remedy: .any(.declareByActivation, .advice("add normalization layers")),
    .init(
      summary: "Signals or gradients explode with depth.",
      rationale:
        "Saturated units have no gradient, and huge values overflow. A root mean square above 1e6 is an "
        + "error, above 1e3 a warning. Of trained weights it is a warning where signals and gradients both "
        + "grow more than a hundredfold: of 50 healthy trained networks gradients grew at most 11-fold.",
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

  static func judge(_ model: AuditedModel) -> [Finding] {
    if let graph = model.trainedGraph { return trained(graph) }
    return model.freshGraph.map { judge($0) } ?? []
  }

  /// Trained weights may make large outputs, which the targets ask for; where gradients grow as well, the
  /// layers between do.
  private static func trained(_ model: WeightedGraph) -> [Finding] {
    let kernels = Set(model.graph.nodes.filter { !$0.operation.kernels.isEmpty }.map(\.layer))
    let layers = LayerSignal.all(in: model).filter { kernels.contains($0.layer) }
    guard let signal = layers.max(by: { $0.forward ?? 0 < $1.forward ?? 0 }), let largest = signal.forward,
      let gradient = layers.max(by: { $0.gradient ?? 0 < $1.gradient ?? 0 }),
      let steepest = gradient.gradient,
      largest > 100 && steepest > 100 || steepest > 1e4
    else { return [] }
    return [
      Finding(
        descriptor, at: .layer(gradient.layer),
        "a unit gradient at the outputs reaches this layer as \(ReportNumber.short(steepest)), and unit "
          + "inputs give `\(signal.layer)` an output of root mean square \(ReportNumber.short(largest)): "
          + "both explode",
        evidence: [.init("worst_forward_rms", largest), .init("worst_gradient_rms", steepest)]
      ).remedied(
        by: .any(
          .advice("train again with a lower learning rate or smaller initial weights"),
          .advice("add normalization layers"))
      ).remedied(in: [])
    ]
  }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    PropagationBound(rule: descriptor, verb: "explode", severity: severity).findings(
      in: model, isSmall: false)
  }
}
