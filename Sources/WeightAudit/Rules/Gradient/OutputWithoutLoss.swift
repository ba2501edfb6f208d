import Text

/// GRD007.
enum OutputWithoutLoss: Rule {
  static let descriptor = RuleDescriptor(
    "GRD007", "output-without-loss",
    remedy: .any(
      .advice("give the output a loss in compile()"),
      .advice("leave it if the kernels are frozen or trained elsewhere")),
    .init(
      summary: "Kernels lead to no output that a loss is computed of.",
      rationale: "They get no gradient, unless a regularizer or add_loss() gives them one.",
      source: "keras.Model.compile"))

  private static func example(_ kernels: [String]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false,
        declared: DeclaredFacts(outputsWithoutLoss: ["aux"], kernelsWithoutLoss: kernels)))
  }

  static let examples: [RuleExample] = [
    .found("a branch of its own to an output whose loss is None", example(["branch/kernel"])),
    .passed("an output whose kernels lead to another one, too", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    let (kernels, outputs) = (file.declared.kernelsWithoutLoss, file.declared.outputsWithoutLoss)
    guard !kernels.isEmpty else { return [] }
    return [
      Finding(
        descriptor, at: .layer(DeclaredFacts.layer(of: kernels[0])),
        "the model is compiled without a loss of \(DeclaredFacts.list(outputs)), to which alone "
          + "\(DeclaredFacts.list(kernels)) \(kernels.count == 1 ? "leads" : "lead"): no gradient gets there")
    ]
  }
}
