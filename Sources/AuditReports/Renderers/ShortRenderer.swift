import WeightAudit

/// One line for each finding, as compilers print them: `file: severity: RULE place: message`.
enum ShortRenderer: ReportRenderer {
  static let name = "short"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.flatMap { file -> [String] in
      if let failure = file.failure { return ["\(failure.oneLine)\n"] }
      return file.active.map { reported in
        let finding = reported.finding
        let head = "\(file.path): \(finding.severity.rawValue): \(finding.rule.id)"
        return "\(head) \(reported.place): \(finding.message)".oneLine + "\n"
      }
    }.joined()
  }
}
