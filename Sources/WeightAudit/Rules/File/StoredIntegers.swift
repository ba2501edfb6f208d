import Text

/// FIL006.
enum StoredIntegers: Rule {
  static let descriptor = RuleDescriptor(
    "FIL006", "stored-integers", severity: .error,
    remedy: .all(.advice("take the weights from a file that has them as floating-point numbers")),
    .init(
      summary: "A weight is stored as integers, though its layer has floating-point numbers.",
      rationale: "Keras loads them without a word; what was behind the point is lost.",
      source: "keras.Variable.assign, which casts"))

  private static func example(_ lines: [String]) -> RuleExample.Subject {
    .file(
      FileFacts(
        mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: false, storedIntegers: lines))
  }

  static let examples: [RuleExample] = [
    .found("a kernel stored as int32", example(["dense/kernel: stored as int32, declared as float32"])),
    .passed("a kernel of a quantized layer, which is declared as int8", example([])),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    guard let first = file.storedIntegers.first else { return [] }
    let others = file.storedIntegers.count - 1
    let more = others > 0 ? ", and \(NumberText.counted(others, "other tensor"))" : ""
    return [Finding(descriptor, at: .file, first + more, isProof: true)]
  }
}
