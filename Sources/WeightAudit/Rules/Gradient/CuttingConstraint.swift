/// GRD006.
enum CuttingConstraint: Rule {
  static let descriptor = RuleDescriptor(
    "GRD006", "cutting-constraint", severity: .error,
    remedy: .all(.advice("give the constraint a positive max_value, or leave it out")),
    .init(
      summary: "A constraint sets a weight to zero after every step.",
      rationale: "No norm is below 0, so that nothing of the weight is left, whatever the gradient says.",
      source: "keras.constraints.MaxNorm, MinMaxNorm"))

  private static func example(_ weights: [DeclaredFacts.CutWeight]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false,
        declared: DeclaredFacts(cutWeights: weights)))
  }

  static let examples: [RuleExample] = [
    .found(
      "a kernel under MaxNorm(0)",
      example([.init(weight: "dense/kernel", constraint: "MaxNorm(max_value=0)")])),
    .passed("a kernel under MaxNorm(2)", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    file.declared.cutWeights.map { cut in
      Finding(
        descriptor, at: .layer(DeclaredFacts.layer(of: cut.weight), tensor: cut.weight),
        "\(cut.constraint) leaves nothing of `\(cut.weight)`: it is zero after every step", isProof: true)
    }
  }
}
