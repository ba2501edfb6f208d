import ArgumentParser
import OrderedJSON
import Tensors
import Text
import WeightAudit

/// `wtool rules`: what `inspect` looks for.
struct Rules: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the rules of inspect.")

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func run() throws {
    let rules = RuleCatalog.descriptors
    guard !json else {
      let list = rules.map { rule -> JSONValue in
        [
          "id": .string(rule.id), "name": .string(rule.name), "severity": .string(rule.severity.rawValue),
          "summary": .string(rule.summary), "rationale": .string(rule.rationale),
          "remedy": .string(rule.remedy),
          "source": .string(rule.source), "explains": .array(rule.explains.map { .string($0) }),
        ]
      }
      try StandardOutput.write(JSONValue.array(list).prettyText() + "\n")
      return
    }
    var table = TextTable([("rule", .left), ("name", .left), ("severity", .left), ("finds", .left)])
    for rule in rules { table.append([rule.id, rule.name, rule.severity.rawValue, rule.summary]) }
    try StandardOutput.write(table.text)
  }
}

/// `wtool explain`: one rule, with its reasons and examples.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a rule of inspect: what it finds, why that is bad, what to do.",
    discussion: "Example:\n  wtool explain SYM003")

  @Argument(help: "The rule's identifier or name.")
  var rule: String

  func run() throws {
    let wanted = rule
    guard
      let descriptor = RuleCatalog.descriptors.first(where: {
        $0.id == wanted.uppercased() || $0.name == wanted
      })
    else {
      throw CommandFailure("there is no rule \(wanted.clipped); wtool rules lists them", .usage)
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
      lines += ["", "Of the same tensor it takes in \(descriptor.explains.joined(separator: ", "))."]
    }
    lines += [
      "To silence it: wtool inspect FILE --ignore \(descriptor.id) or --ignore '\(descriptor.id):LAYER'."
    ]
    try StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }
}
