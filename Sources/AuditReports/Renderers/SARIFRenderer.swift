import OrderedJSON
import WeightAudit

/// SARIF 2.1.0, as GitHub's code scanning reads it.
enum SARIFRenderer: ReportRenderer {
  static let name = "sarif"
  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let rules = RuleCatalog.descriptors
    let numbers = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
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
                report.files.compactMap(\.failure).map {
                  ["level": "error", "message": ["text": .string($0)]]
                }),
            ]
          ],
          "results": .array(
            report.files.flatMap { file in
              file.findings.map { result($0, in: file, ruleIndex: numbers[$0.finding.rule.id] ?? -1) }
            }),
        ]
      ],
    ]
    return document.prettyText() + "\n"
  }

  private static func rule(_ rule: RuleDescriptor) -> JSONValue {
    [
      "id": .string(rule.id), "name": .string(rule.name),
      "shortDescription": ["text": .string(rule.summary)],
      "fullDescription": ["text": .string(rule.rationale)],
      "help": ["text": .string("\(rule.rationale) Remedy: \(rule.remedy). Source: \(rule.source).")],
      "defaultConfiguration": ["level": .string(rule.severity.rawValue)],
      "properties": ["tags": ["weights", .string(String(rule.id.prefix(3)))], "precision": "very-high"],
    ]
  }

  private static func result(_ reported: ReportedFinding, in file: FileReport, ruleIndex: Int) -> JSONValue {
    let finding = reported.finding
    var members: [JSONObject.Member] = [
      .init(key: "ruleId", value: .string(finding.rule.id)),
      .init(key: "ruleIndex", value: JSONValue(ruleIndex)),
      .init(key: "level", value: .string(finding.severity.rawValue)),
      .init(
        key: "message",
        value: ["text": .string("\(reported.place): \(finding.message). Fix: \(finding.remedy)")]),
      .init(
        key: "locations",
        value: [
          [
            "physicalLocation": [
              "artifactLocation": ["uri": .string(URIText.encoded(file.path))],
              // Code scanning needs a line, though a binary file has none.
              "region": ["startLine": 1],
            ],
            "logicalLocations": [["fullyQualifiedName": .string(reported.place), "kind": "member"]],
          ]
        ]),
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

/// Paths inside URIs.
enum URIText {
  /// RFC 3986: what is neither unreserved nor a slash is written as `%XX`.
  static func encoded(_ path: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let digits = Array("0123456789ABCDEF")
    return path.utf8.reduce(into: "") { text, byte in
      if plain.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}
