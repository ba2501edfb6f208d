import Text

/// GRD009.
enum LossMismatch: Rule {
  static let descriptor = RuleDescriptor(
    "GRD009", "loss-mismatch",
    remedy: .any(
      .advice(
        "give the layer the activation that the loss needs (sigmoid for one unit, softmax for several)"),
      .advice("tell the loss what it gets: from_logits=True for sums, False for probabilities")),
    .init(
      summary: "The model is compiled with a loss that does not fit what its output returns.",
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
      let (message, severity): (String, Severity) =
        switch mismatch.kind {
        case .oneCategory:
          (
            "\(mismatch.loss) sees one category, whose probability is always 1: no gradient comes from there",
            .error
          )
        case .sums: ("\(mismatch.loss) takes its sums for probabilities", .warning)
        case .probabilities(let function):
          ("\(mismatch.loss) with from_logits=True takes the results of its \(function) for sums", .warning)
        }
      let finding = Finding(
        descriptor, at: .layer(mismatch.layer), message, severity: severity, isProof: severity == .error)
      guard mismatch.kind == .oneCategory else { return finding }
      return finding.remedied(
        by: .all(.advice("use binary_crossentropy for one unit, or give the layer a unit for each category")))
    }
  }
}
