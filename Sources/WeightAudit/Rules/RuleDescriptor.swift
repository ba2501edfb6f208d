/// The name, severity, explanation and remedy of a rule.
package struct RuleDescriptor: Sendable, Hashable {
  package let id: RuleID
  /// The identifier in words: `zero-kernel`.
  package let name: String
  /// Names that earlier versions used; selections still accept them.
  package let formerNames: [String]
  /// The usual severity; a finding may have another one.
  package let severity: Severity
  /// What to do; a finding may have another remedy.
  package let remedy: Remedy
  package let explanation: Explanation

  /// What a rule finds and why that matters.
  package struct Explanation: Sendable, Hashable {
    package let summary: String
    package let rationale: String
    package let source: String

    /// - Parameters:
    ///   - summary: what the rule finds, in one sentence.
    ///   - rationale: why that is bad, in one sentence.
    ///   - source: the primary source, without a period.
    init(summary: String, rationale: String, source: String) {
      self.summary = summary
      self.rationale = rationale
      self.source = source
    }
  }

  init(
    _ id: RuleID, _ name: String, formerNames: [String] = [], severity: Severity = .warning,
    remedy: Remedy, _ explanation: Explanation
  ) {
    self.id = id
    self.name = name
    self.formerNames = formerNames
    self.severity = severity
    self.remedy = remedy
    self.explanation = explanation
  }

  package var summary: String { explanation.summary }
  package var rationale: String { explanation.rationale }
  package var source: String { explanation.source }
}
