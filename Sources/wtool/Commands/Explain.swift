import ArgumentParser
import AuditPolicy
import Text
import WeightAudit

/// `wtool explain`: one rule, with its reasons and examples.
struct Explain: WToolCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a rule of inspect: what it finds, why that is bad, what to do.",
    discussion: "Example:\n  wtool explain SYM003")

  @Argument(help: "The rule's identifier or name.")
  var rule: String

  func execute() async throws -> ExitStatus {
    let wanted = rule
    guard
      let descriptor = RuleCatalog.descriptors.first(where: {
        $0.id == wanted.uppercased() || $0.name == wanted
      })
    else {
      throw UsageError(nil, "there is no rule \(wanted.clipped); wtool rules lists them")
    }
    var lines = [
      "\(descriptor.id) \(descriptor.name) (\(descriptor.severity.rawValue))", "", descriptor.summary,
      descriptor.rationale, "", "What to do: \(descriptor.remedy).", "Source: \(descriptor.source).",
    ]
    let examples = RuleCatalog.rules.first { $0.descriptor.id == descriptor.id }?.examples ?? []
    let (found, passed) = (examples.filter { $0.triggers }, examples.filter { !$0.triggers })
    if !found.isEmpty { lines += ["", "It finds:"] + found.map { "  \($0.title)" } }
    if !passed.isEmpty { lines += ["It passes:"] + passed.map { "  \($0.title)" } }
    if !descriptor.explains.isEmpty {
      lines += ["", "Suppresses, on the same tensor: \(descriptor.explains.joined(separator: ", "))."]
    }
    lines += [
      "To silence it: wtool inspect FILE --ignore \(descriptor.id) or --ignore '\(descriptor.id):LAYER'."
    ]
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    return .success
  }
}
