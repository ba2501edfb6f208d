/// What a rule is called, what it finds and what to do about it.
package struct RuleDescriptor: Sendable, Hashable {
  /// Never used again for another rule: `SYM001`.
  package let id: String
  /// The same in words: `zero-kernel`.
  package let name: String
  /// What it finds, in one sentence.
  package let summary: String
  /// Why that is bad, in one sentence.
  package let rationale: String
  /// What to do, in one sentence.
  package let remedy: String
  /// The primary source.
  package let source: String
}

/// A rule's verdict about one place of a model.
package struct Finding: Sendable, Hashable {
  package let rule: RuleDescriptor
  /// The layer, or the first of the layers, concerned.
  package let layer: String
  /// The number, the reference and the consequence, in one sentence.
  package let message: String
  /// What to do, in one sentence.
  package let remedy: String

  package init(_ rule: RuleDescriptor, layer: String, _ message: String, remedy: String? = nil) {
    self.rule = rule
    self.layer = layer
    self.message = message
    self.remedy = remedy ?? rule.remedy
  }
}
