import Text
import WeightAudit

/// A line for each finding, as compilers print them: `file: severity: RULE place: message`.
enum ShortRenderer: ReportRenderer {
  static let name = "short"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.flatMap { file -> [String] in
      if let reason = file.failureReason { return ["\(file.path.safe): error: \(reason.safe)\n"] }
      return file.active.map { reported in
        let finding = reported.finding
        return "\(file.path.safe): \(finding.severity.rawValue): \(finding.rule.id) \(reported.place.safe): "
          + "\(finding.message.safe)\n"
      }
    }.joined()
  }
}
