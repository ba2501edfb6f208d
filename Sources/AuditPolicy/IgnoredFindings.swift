import Text
package import WeightAudit

/// Findings that do not count: `SYM007`, or `SYM007:target/*` in some layers or tensors.
package struct IgnoredFindings: Sendable, Hashable {
  package let rules: RuleSelector
  /// A glob of layers or tensors; `nil` means everywhere.
  package let place: String?
  /// Why they do not count.
  package let reason: String
  /// Whether the command line says it, not a settings file.
  let isForThisRun: Bool

  package init(_ rules: RuleSelector, place: String?, reason: String, isForThisRun: Bool = false) {
    self.isForThisRun = isForThisRun
    self.rules = rules
    self.place = place
    self.reason = reason
  }

  /// - Parameters:
  ///   - text: a rule, and after a colon a glob.
  ///   - reason: why they do not count.
  ///   - isForThisRun: whether the command line says it, not a settings file.
  /// - Throws: if there is no such rule.
  package init(_ text: String, reason: String, isForThisRun: Bool = false) throws(PolicyError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    self.init(
      try RuleSelector(checked: parts[0]), place: parts.count > 1 ? parts[1] : nil, reason: reason,
      isForThisRun: isForThisRun)
  }

  package func matches(_ finding: Finding) -> Bool {
    guard rules.matches(finding.rule.id) else { return false }
    guard let place else { return true }
    return Glob.matches(finding.layer, place) || Glob.matches(finding.tensor ?? finding.layer, place)
  }

  /// The setting that says it: `SYM007:target/*`.
  var setting: String { rules.description + (place.map { ":\($0)" } ?? "") }
}
