/// A choice of rules: by the beginning of their identifiers (`SYM`), an identifier (`SYM001`) or a name (`zero-kernel`).
package struct RuleSelector: Sendable, Hashable, CustomStringConvertible {
  /// What the selected identifiers begin with.
  package let prefix: String
  /// The choice as it was written.
  package let description: String
  /// The present name of a rule that was chosen by a former one.
  package let currentName: String?

  /// - Returns: `nil` if no rule is selected.
  package init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    description = text
    if let named = RuleCatalog.descriptors.first(where: { $0.name == text }) {
      (prefix, currentName) = (named.id, nil)
    } else {
      guard RuleCatalog.descriptors.contains(where: { $0.id.hasPrefix(text) }) else { return nil }
      (prefix, currentName) = (text, nil)
    }
  }

  package func matches(_ rule: RuleDescriptor) -> Bool { rule.id.hasPrefix(prefix) }
}
