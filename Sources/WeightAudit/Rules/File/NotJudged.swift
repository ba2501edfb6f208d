/// FIL002.
enum NotJudged: FileRule {
  static let descriptor = RuleDescriptor(
    id: "FIL002", name: "not-judged", severity: .error,
    summary: "With --strict: something in the file could not be judged.",
    rationale: "What nobody looked at is not in order because nobody complained.",
    remedy: "name the architecture with --model, or leave --strict out",
    source: "wtool")

  static func finding(_ facts: FileFacts) -> Finding? {
    guard facts.isStrict, let first = facts.unjudged.first else { return nil }
    let rest = facts.unjudged.count - 1
    return Finding(
      descriptor, layer: "", first + (rest > 0 ? ", and \(Numbers.count(rest)) more" : ""), isProof: true)
  }
}
