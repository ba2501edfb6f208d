import Text
import WeightAudit

/// Workflow commands of GitHub Actions, the worst first: only the first ten of a kind are shown.
enum GitHubRenderer: ReportRenderer {
  static let name = "github"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.flatMap { file -> [String] in
      if let failure = file.failure { return ["::error file=\(property(file.path))::\(data(failure))\n"] }
      return file.active.map { reported in
        let finding = reported.finding
        let command = finding.severity == .note ? "notice" : finding.severity.rawValue
        let title = property("\(finding.rule.id) \(finding.rule.name)")
        return "::\(command) file=\(property(file.path)),title=\(title)::"
          + data(reported.sentences) + "\n"
      }
    }.joined()
  }

  private static func data(_ text: String) -> String {
    text.safe.replacing("%", with: "%25")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
