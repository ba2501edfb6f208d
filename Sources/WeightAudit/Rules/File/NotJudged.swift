import Text

/// FIL002.
enum NotJudged: Rule {
  static let descriptor = RuleDescriptor(
    "FIL002", "not-judged", severity: .error,
    remedy: .any(.advice("pass the architecture with --model ARCH"), .advice("leave out --strict")),
    .init(
      summary: "With --strict: part of the file could not be judged.",
      rationale: "A tensor that no rule could judge is not known to be healthy.",
      source: "wtool"))

  private static func example(_ unjudged: [String]) -> FileFacts {
    FileFacts(mismatch: nil, isArchitectureNamed: false, unjudged: unjudged, isStrict: true)
  }

  static let examples: [RuleExample] = [
    .found(
      "weights of integers, with --strict",
      .file(example(["dense/kernel: stored as int32; a floating-point type expected"]))),
    .passed("a file that was judged in full, with --strict", .file(example([]))),
    .passed(
      "weights of integers, without --strict",
      .file(
        FileFacts(
          mismatch: nil, isArchitectureNamed: false,
          unjudged: ["dense/kernel: stored as int32; a floating-point type expected"], isStrict: false))),
  ]

  static func judge(_ file: FileFacts) -> [Finding] {
    guard file.isStrict, let first = file.unjudged.first else { return [] }
    let others = file.unjudged.count - 1
    let more = others > 0 ? ", and \(NumberText.counted(others, "other tensor"))" : ""
    return [Finding(descriptor, at: .file, first + more, isProof: true)]
  }
}
