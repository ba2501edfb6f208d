/// FIL001.
enum WrongArchitecture: Rule {
  static let descriptor = RuleDescriptor(
    "FIL001", "wrong-architecture", severity: .error,
    remedy: .all(.advice("pass the architecture that the file was written with: --model ARCH")),
    .init(
      summary: "The tensors of a file do not match its architecture.",
      rationale: "Keras loads such a file into another model, in part, or not at all.",
      source: "keras.Model.load_weights"))

  private static func example(mismatch: String?) -> RuleExample.Subject {
    .file(FileFacts(mismatch: mismatch, isArchitectureNamed: true, unjudged: [], isStrict: false))
  }

  static let examples: [RuleExample] = [
    .found(
      "a kernel of another shape",
      example(mismatch: "dense/kernel: shape 8×4 in the file; 8×6 in the architecture")),
    .passed("the architecture of the file", example(mismatch: nil)),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    guard let mismatch = file.mismatch else { return [] }
    // wtool may know less of a file's own architecture than Keras does.
    let severity: Severity = file.isArchitectureNamed ? .error : .warning
    let finding = Finding(descriptor, at: .file, mismatch, severity: severity, isProof: true)
    return [file.advice.map { finding.remedied(by: .all(.advice($0))) } ?? finding]
  }
}
