import OrderedJSON
import WeightAudit

/// GitLab's code quality report.
enum GitLabRenderer: ReportRenderer {
  static let name = "gitlab"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let issues = report.files.flatMap { file -> [JSONValue] in
      if let failure = file.failure { return [unreadable(file, failure)] }
      return file.active.map { issue($0, in: file) }
    }
    return JSONValue.array(issues).prettyText() + "\n"
  }

  private static func issue(_ reported: ReportedFinding, in file: FileReport) -> JSONValue {
    let finding = reported.finding
    let severity: JSONValue =
      switch finding.severity {
      case .error: "critical"
      case .warning: "minor"
      case .note: "info"
      }
    return [
      "description": .string("\(finding.rule.id) \(reported.place): \(finding.message)"),
      "check_name": .string(finding.rule.id.description), "fingerprint": .string(reported.id),
      "severity": severity, "location": location(file),
    ]
  }

  private static func unreadable(_ file: FileReport, _ failure: String) -> JSONValue {
    [
      "description": .string(failure), "check_name": "unreadable-file",
      "fingerprint": .string(StableHash.hexDigits("unreadable-file|\(file.path)")), "severity": "blocker",
      "location": location(file),
    ]
  }

  /// GitLab needs a line, though a binary file has none.
  private static func location(_ file: FileReport) -> JSONValue {
    ["path": .string(file.path), "lines": ["begin": 1]]
  }
}
