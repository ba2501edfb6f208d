package import WeightAudit

/// The documentation of the rules as Markdown: a page for each, and an index.
package enum RulePage {
  /// The page of a rule: what it finds, why that is bad, how to fix it, examples, and how to silence it.
  package static func markdown(_ rule: any Rule.Type) -> String {
    let descriptor = rule.descriptor
    let family = descriptor.id.family.map { " · \($0.title)" } ?? ""
    var parts = [
      "# \(descriptor.id) \(descriptor.name)", "Usual severity: **\(descriptor.severity.rawValue)**\(family)",
    ]
    if !descriptor.formerNames.isEmpty {
      let names = descriptor.formerNames.map { "`\($0)`" }.joined(separator: ", ")
      parts.append("Former name: \(names)")
    }
    parts += [
      "## What it finds", descriptor.summary, "## Why it is bad", descriptor.rationale, "## How to fix it",
      "\(sentence(RemedyText(descriptor.remedy).description)).",
    ]
    parts += examples(rule)
    if !rule.consequences.isEmpty {
      parts += [
        "## What it includes",
        "A finding of \(descriptor.id) takes the place of these about the same tensor:",
      ]
      parts.append(list(rule.consequences))
    }
    if !rule.remoteConsequences.isEmpty {
      parts += ["These about other layers are reported with it where they follow from it:"]
      parts.append(list(rule.remoteConsequences))
    }
    parts += ["## How to silence it", silencing(descriptor.id), "## Source", "\(descriptor.source)."]
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The list of all rules by family, with links to their pages.
  package static var index: String {
    var parts = ["# Rules"]
    for family in RuleFamily.allCases {
      let rules = RuleCatalog.descriptors.filter { $0.id.family == family }
      guard !rules.isEmpty else { continue }
      let rows = rules.map {
        "| [\($0.id)](\($0.id).md) | \($0.name) | \($0.severity.rawValue) | \($0.summary) |"
      }
      parts.append("## \(family.title)")
      parts.append(
        (["| rule | name | usual severity | finds |", "|---|---|---|---|"] + rows).joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func examples(_ rule: any Rule.Type) -> [String] {
    func titles(where triggers: Bool) -> String {
      rule.examples.filter { $0.triggers == triggers }.map { "- \($0.title)" }.joined(separator: "\n")
    }
    return ["## Examples", "It reports:", titles(where: true), "It passes:", titles(where: false)]
  }

  private static func list(_ rules: [any Rule.Type]) -> String {
    rules.map { rule in
      let descriptor = rule.descriptor
      return "- [\(descriptor.id)](\(descriptor.id).md) \(descriptor.name)"
    }.joined(separator: "\n")
  }

  private static func silencing(_ id: RuleID) -> String {
    """
    For one run, everywhere or in some layers:

    ```sh
    wtool inspect FILE --ignore \(id)
    wtool inspect FILE --ignore '\(id):head*'
    ```

    For good, in `.wtool.toml`:

    ```toml
    ignore = ["\(id):head*"]
    ```
    """
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
