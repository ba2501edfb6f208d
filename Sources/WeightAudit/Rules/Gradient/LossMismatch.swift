import Text

/// GRD009.
enum LossMismatch: Rule {
  static let descriptor = RuleDescriptor(
    "GRD009", "loss-mismatch",
    remedy: .any(
      .advice("give the layer the activation that the loss is for: softmax, or sigmoid for one unit"),
      .advice("tell the loss what it gets: from_logits=True for sums, False for probabilities")),
    .init(
      summary: "The model is compiled with a loss that is not for what its output returns.",
      rationale:
        "A cross-entropy takes probabilities, or sums with from_logits=True. Sums that are taken for "
        + "probabilities are cut off or divided by a sum that may be 0, and probabilities that are taken for "
        + "sums can never be certain. The probability of one category is 1 whatever the unit returns, so "
        + "nothing is learned: an error.",
      source: "keras.losses: CategoricalCrossentropy, SparseCategoricalCrossentropy, BinaryCrossentropy"))

  private static func example(_ mismatch: DeclaredFacts.MismatchedLoss.Kind) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false,
        declared: DeclaredFacts(mismatchedLosses: [
          .init(layer: "head", loss: "categorical_crossentropy", kind: mismatch)
        ])))
  }

  static let examples: [RuleExample] = [
    .found("categorical_crossentropy of one unit", example(.oneCategory)),
    .found("categorical_crossentropy of sums", example(.sums)),
    .found("a softmax under from_logits=True", example(.probabilities("softmax"))),
    .passed(
      "a loss that is for its output",
      .file(FileFacts(mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false))),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    file.declared.mismatchedLosses.map { mismatch in
      let loss = "\(mismatch.loss) is computed of"
      let (message, severity): (String, Severity) =
        switch mismatch.kind {
        case .oneCategory:
          ("\(loss) its one unit, whose probability is always 1: no gradient comes from there", .error)
        case .sums: ("\(loss) its sums as if they were probabilities", .warning)
        case .probabilities(let function):
          ("\(loss) its \(function) with from_logits=True, as if the results were sums", .warning)
        }
      return Finding(
        descriptor, at: .layer(mismatch.layer), message, severity: severity, isProof: severity == .error)
    }
  }
}
