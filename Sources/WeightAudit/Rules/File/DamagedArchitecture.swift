/// FIL005.
enum DamagedArchitecture: Rule {
  static let descriptor = RuleDescriptor(
    "FIL005", "damaged-architecture", severity: .error,
    remedy: .any(
      .advice("save the model again"),
      .advice("keep the weights with `wtool convert FILE NEW.weights.h5 --model ARCH`")),
    .init(
      summary: "The description of the model in the file is none.",
      rationale: "Keras cannot load the model, though its weights may be sound.",
      source: "keras.saving.load_model"))

  private static func example(_ reason: String?) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false, damagedArchitecture: reason)
    )
  }

  static let examples: [RuleExample] = [
    .found("a text that breaks off", example("model_config:1:9: not JSON: unexpected end of the document")),
    .passed("a description that can be read", example(nil)),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    file.damagedArchitecture.map { [Finding(descriptor, at: .file, $0, isProof: true)] } ?? []
  }
}
