import SignalGraph

/// PRP003.
enum SaturatedUnits: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP003", name: "predicted-saturation",
    summary: "Pre-activations are so large that tanh or sigmoid is at its ends.",
    rationale: "There its slope is nearly zero, and so is the gradient.",
    remedy: "scale the kernel as \"glorot_uniform\" does, or normalise before it",
    source: "Glorot & Bengio, AISTATS 2010, §3")

  /// The root mean square at which a tanh passes back a tenth.
  static let threshold = 5.0

  static func findings(in model: DeclaredModel) -> [Finding] {
    let propagation = model.propagation
    let walk = GraphWalk(model.graph)
    for (index, node) in model.graph.nodes.enumerated() {
      guard case .activation(let activation) = node.operation, activation.saturates,
        let input = node.inputs.first,
        let square = propagation.signals[input]?.square, square > threshold * threshold,
        // The output of a classifier may be as sure as it likes.
        walk.isHidden(index)
      else { continue }
      return [
        Finding(
          descriptor, layer: node.layer,
          "the pre-activations have a root mean square of \(Numbers.short(square.squareRoot())): most units are at the "
            + "ends of their activation",
          evidence: [.init("preactivation_rms", square.squareRoot())])
      ]
    }
    return []
  }
}
