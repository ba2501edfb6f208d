import ArgumentParser
import AuditPolicy
import AuditReports
import Text
import WeightAudit

/// `wtool explain`: one rule, with its reasons and examples.
struct Explain: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a rule of inspect: what it finds, why that is bad, what to do.",
    discussion: "Example:\n  wtool explain SYM003")

  @Argument(help: "The rule's identifier or name.")
  var rule: String

  @Flag(name: .long, help: "Print the rule's page of the documentation, in Markdown.")
  var markdown = false

  func execute() async throws -> ExitStatus {
    let selector = try RuleSelector(checked: rule)
    guard case .rule(let id) = selector.choice, let rule = RuleCatalog.rule(id) else {
      throw UsageError(nil, "\(self.rule.clipped) means several rules; name one of them, such as SYM001")
    }
    if let renaming = selector.renaming { StandardError.write("note: the rule \(renaming)\n") }
    try StandardOutput.write(markdown ? RulePage.markdown(rule) : Self.text(rule))
    return .success
  }

  private static func text(_ rule: any Rule.Type) -> String {
    let descriptor = rule.descriptor
    var lines = [
      "\(descriptor.id) \(descriptor.name) (\(descriptor.severity.rawValue))", "", descriptor.summary,
      descriptor.rationale, "", "What to do: \(RemedyText(descriptor.remedy)).",
      "Source: \(descriptor.source).",
    ]
    let (found, passed) = (rule.examples.filter { $0.triggers }, rule.examples.filter { !$0.triggers })
    lines += ["", "It reports:"] + found.map { "  \($0.title)" }
    lines += ["It passes:"] + passed.map { "  \($0.title)" }
    if !rule.consequences.isEmpty {
      let consequences = rule.consequences.map { $0.descriptor.id.description }.joined(separator: ", ")
      lines += ["", "Suppresses, on the same tensor: \(consequences)."]
    }
    lines += [
      "To silence it: wtool inspect FILE --ignore \(descriptor.id) or --ignore '\(descriptor.id):LAYER'."
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
