import OrderedJSON
import WeightAudit

/// SARIF 2.1.0, as GitHub's code scanning reads it.
enum SARIFRenderer: ReportRenderer {
  static let name = "sarif"
  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let rules = RuleCatalog.descriptors
    let indices = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let document: JSONValue = [
      "$schema": .string(schema), "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "wtool", "version": .string(report.version), "semanticVersion": .string(report.version),
              "rules": .array(rules.map(rule)),
            ]
          ],
          "invocations": [
            [
              "executionSuccessful": .bool(report.files.allSatisfy { $0.failure == nil }),
              "toolExecutionNotifications": .array(
                report.files.compactMap { file in file.failure.map { notification($0, of: file) } }),
            ]
          ],
          "results": .array(
            report.files.flatMap { file in
              file.findings.map { result($0, in: file, ruleIndex: indices[$0.finding.rule.id] ?? -1) }
            }),
        ]
      ],
    ]
    return document.prettyText() + "\n"
  }

  private static func notification(_ failure: String, of file: FileReport) -> JSONValue {
    [
      "level": "error", "message": ["text": .string(failure)],
      "locations": [["physicalLocation": physicalLocation(file)]],
    ]
  }

  /// Code scanning needs a line, though a binary file has none.
  private static func physicalLocation(_ file: FileReport) -> JSONValue {
    ["artifactLocation": ["uri": .string(URIText.encoded(file.path))], "region": ["startLine": 1]]
  }

  private static func rule(_ rule: RuleDescriptor) -> JSONValue {
    [
      "id": .string(rule.id.description), "name": .string(rule.name),
      "shortDescription": ["text": .string(rule.summary)],
      "fullDescription": ["text": .string(rule.rationale)],
      "help": [
        "text": .string("\(rule.rationale) Remedy: \(RemedyText(rule.remedy)). Source: \(rule.source).")
      ],
      "defaultConfiguration": ["level": .string(rule.severity.rawValue)],
      "properties": [
        "tags": ["weights", .string(String(rule.id.description.prefix(3)))], "precision": "very-high",
      ],
    ]
  }

  private static func result(_ reported: ReportedFinding, in file: FileReport, ruleIndex: Int) -> JSONValue {
    let finding = reported.finding
    var members: [JSONObject.Member] = [
      .init(key: "ruleId", value: .string(finding.rule.id.description)),
      .init(key: "ruleIndex", value: JSONValue(ruleIndex)),
      .init(key: "level", value: .string(finding.severity.rawValue)),
      .init(
        key: "message",
        value: ["text": .string(reported.sentences)]),
      .init(
        key: "locations",
        value: .array(
          reported.all.map { place in
            [
              "physicalLocation": physicalLocation(file),
              "logicalLocations": [["fullyQualifiedName": .string(place.place), "kind": "member"]],
            ]
          })),
      .init(key: "partialFingerprints", value: ["wtoolFinding/v1": .string(reported.id)]),
      .init(key: "baselineState", value: reported.isNew ? "new" : "unchanged"),
    ]
    if let reason = reported.suppression {
      members.append(
        .init(key: "suppressions", value: [["kind": "external", "justification": .string(reason)]]))
    }
    members.append(
      .init(
        key: "properties",
        value: .object(
          JSONObject(finding.evidence.map { .init(key: $0.name, value: JSONRenderer.number($0.value)) }))))
    return .object(JSONObject(members))
  }
}
