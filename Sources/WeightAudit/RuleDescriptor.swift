/// What a rule is called, what it finds and what to do about it.
package struct RuleDescriptor: Sendable, Hashable {
  /// Never used again for another rule: `SYM001`.
  package let id: String
  /// The same in words: `zero-kernel`.
  package let name: String
  /// The usual severity; a finding may have another.
  package let severity: Severity
  /// What it finds, in one sentence.
  package let summary: String
  /// Why that is bad, in one sentence.
  package let rationale: String
  /// What to do, in one sentence.
  package let remedy: String
  /// The primary source.
  package let source: String
  /// The rules whose findings about the same tensor are consequences of this one's.
  package let explains: [String]

  init(
    id: String, name: String, severity: Severity = .warning, summary: String, rationale: String,
    remedy: String,
    source: String, explains: [String] = []
  ) {
    self.id = id
    self.name = name
    self.severity = severity
    self.summary = summary
    self.rationale = rationale
    self.remedy = remedy
    self.source = source
    self.explains = explains
  }
}

/// How bad a finding is.
package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
  case note, warning, error

  private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }

  package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }
}
