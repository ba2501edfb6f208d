/// GRD008.
enum EmptyWeights: Rule {
  static let descriptor = RuleDescriptor(
    "GRD008", "empty-weight",
    remedy: .all(.advice("look where an axis of size 0 comes from: an input, a cropping, a pooling")),
    .init(
      summary: "A weight has an axis of size 0.",
      rationale: "There is nothing in it: what comes in is lost, and the output is the bias.",
      source: "shapes of Keras's layers"))

  private static func example(_ weights: [String]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false,
        declared: DeclaredFacts(emptyWeights: weights)))
  }

  static let examples: [RuleExample] = [
    .found("a Dense behind an axis of size 0", example(["dense/kernel"])),
    .passed("a Dense of 8 inputs", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    DeclaredFacts.byLayer(file.declared.emptyWeights).map { layer, names in
      Finding(
        descriptor, at: .layer(layer),
        "\(DeclaredFacts.list(names)) \(names.count == 1 ? "has" : "have") an axis of size 0: nothing "
          + "goes through", isProof: true)
    }
  }
}
