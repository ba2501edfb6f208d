import ArgumentParser
import OrderedJSON
import Text
import WeightAudit

/// `wtool rules`: what `inspect` looks for.
struct Rules: WToolCommand {
  static let configuration = CommandConfiguration(abstract: "List the rules of inspect.")

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  func execute() async throws -> ExitStatus {
    let rules = RuleCatalog.descriptors
    if json {
      try StandardOutput.write(JSONValue.array(rules.map(Self.json)))
    } else {
      var table = TextTable([("rule", .left), ("name", .left), ("severity", .left), ("finds", .left)])
      for rule in rules { table.append([rule.id, rule.name, rule.severity.rawValue, rule.summary]) }
      try StandardOutput.write(table.text(width: Terminal.tableWidth))
    }
    return .success
  }

  private static func json(_ rule: RuleDescriptor) -> JSONValue {
    [
      "id": .string(rule.id), "name": .string(rule.name), "severity": .string(rule.severity.rawValue),
      "summary": .string(rule.summary), "rationale": .string(rule.rationale), "remedy": .string(rule.remedy),
      "source": .string(rule.source), "explains": .array(rule.explains.map { .string($0) }),
    ]
  }
}
