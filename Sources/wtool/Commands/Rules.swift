import ArgumentParser
import AuditReports
import OrderedJSON
import Text
import WeightAudit

/// `wtool rules`: what `inspect` looks for.
struct Rules: WToolCommand {
  static let configuration = CommandConfiguration(abstract: "List the rules of inspect.")

  @Flag(name: .long, help: "Print JSON.")
  var json = false

  @Flag(name: .long, help: "Print the index of the rules' pages in the documentation, in Markdown.")
  var markdown = false

  func validate() throws {
    if json, markdown { throw ValidationError("--json and --markdown exclude each other.") }
  }

  func execute() async throws -> ExitStatus {
    if markdown {
      try StandardOutput.write(RulePage.index)
    } else if json {
      try StandardOutput.write([
        "schema": "wtool-rules-1", "rules": .array(RuleCatalog.all.map(Self.json)),
      ])
    } else {
      var table = TextTable([("rule", .left), ("name", .left), ("severity", .left), ("finds", .left)])
      for rule in RuleCatalog.descriptors {
        table.append([rule.id.description, rule.name, rule.severity.rawValue, rule.summary])
      }
      try StandardOutput.write(table.text(width: Terminal.tableWidth))
    }
    return .success
  }

  private static func json(_ rule: any Rule.Type) -> JSONValue {
    let descriptor = rule.descriptor
    return [
      "id": .string(descriptor.id.description), "name": .string(descriptor.name),
      "severity": .string(descriptor.severity.rawValue), "summary": .string(descriptor.summary),
      "rationale": .string(descriptor.rationale),
      "remedy": .string(RemedyText(descriptor.remedy).description), "source": .string(descriptor.source),
      "suppresses": .array(rule.consequences.map { .string($0.descriptor.id.description) }),
      "former_names": .array(descriptor.formerNames.map { .string($0) }),
    ]
  }
}
