import Text

/// FIL004.
enum OtherArithmetic: Rule {
  static let descriptor = RuleDescriptor(
    "FIL004", "other-arithmetic", severity: .error,
    remedy: .all(
      .advice("let `wtool convert FILE NEW.keras` put the weights into the model's arithmetic")),
    .init(
      summary:
        "The weights are of a Keras that computes a layer's function otherwise than the architecture's.",
      rationale:
        "The hard sigmoid of Keras 1 and 2 is x/5 + 0.5 between its bends, that of Keras 3 x/6 + 0.5. What "
        + "learned with one predicts something else with the other, and nothing says so.",
      source: "keras.activations.hard_sigmoid"))

  private static func example(_ layers: [String]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: true, unjudged: [], isStrict: false,
        otherArithmetic: .init(kerasVersion: "2.3.1", layers: layers)))
  }

  static let examples: [RuleExample] = [
    .found("an LSTM of Keras 2 in an architecture of Keras 3", example(["lstm"])),
    .passed("gates with a sigmoid", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    guard let other = file.otherArithmetic, let first = other.layers.first else { return [] }
    let count = other.layers.count - 1
    let more = count > 0 ? " and \(NumberText.counted(count, "other layer"))" : ""
    return [
      Finding(
        descriptor, at: .file,
        "Keras \(other.kerasVersion) wrote it, whose hard sigmoid is x/5 + 0.5; that of the architecture is "
          + "x/6 + 0.5: \(first.clipped)\(more) would compute something else", isProof: true)
    ]
  }
}
