/// A choice of rules: all of them, those of a prefix such as `SYM`, or one by its identifier or name.
package struct RuleSelector: Sendable, Hashable, CustomStringConvertible {
  package enum Choice: Sendable, Hashable {
    case all
    /// The first letters and digits of identifiers.
    case prefix(String)
    case rule(RuleID)
  }

  /// A name that the rule no longer has, and the one that it has now.
  package struct Renaming: Sendable, Hashable, CustomStringConvertible {
    package let former: String
    package let current: String

    package var description: String { "\(former) is now called \(current)" }
  }

  package let choice: Choice
  /// Set if the rule was chosen by a former name.
  package let renaming: Renaming?

  /// Every rule.
  package static let all = RuleSelector(.all)

  private init(_ choice: Choice, renaming: Renaming? = nil) {
    self.choice = choice
    self.renaming = renaming
  }

  /// The result is `nil` if no rule is meant.
  ///
  /// - Parameter text: `all`, an identifier or the beginning of one in capital or small letters, a name, or a
  ///   former name.
  package init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    let rules = RuleCatalog.descriptors
    let upper = text.uppercased()
    if text == "all" {
      self.init(.all)
    } else if let rule = rules.first(where: { $0.id.description == upper || $0.name == text }) {
      self.init(.rule(rule.id))
    } else if let rule = rules.first(where: { $0.formerNames.contains(text) }) {
      self.init(.rule(rule.id), renaming: Renaming(former: text, current: rule.name))
    } else if rules.contains(where: { $0.id.description.hasPrefix(upper) }) {
      self.init(.prefix(upper))
    } else {
      return nil
    }
  }

  package func matches(_ id: RuleID) -> Bool {
    switch choice {
    case .all: true
    case .prefix(let prefix): id.description.hasPrefix(prefix)
    case .rule(let rule): id == rule
    }
  }

  /// How narrow the choice is: where several match a rule, the one with the largest number counts.
  package var specificity: Int {
    switch choice {
    case .all: 0
    case .prefix(let prefix): prefix.count
    case .rule(let rule): rule.description.count
    }
  }

  /// The choice as a settings file has it.
  package var description: String {
    switch choice {
    case .all: "all"
    case .prefix(let prefix): prefix
    case .rule(let rule): rule.description
    }
  }
}
