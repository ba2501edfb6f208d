import Text
import WeightAudit

/// JUnit's XML: a suite for each file, a case for each rule.
enum JUnitRenderer: ReportRenderer {
  static let name = "junit"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let suites = report.files.map { file -> String in
      let rules = RuleCatalog.descriptors
      let failing = rules.filter { rule in
        file.active.contains { $0.finding.rule.id == rule.id && $0.finding.severity > .note }
      }
      let isBroken = file.failure != nil
      let cases = isBroken ? [broken(file)] : rules.map { testCase($0, in: file) }
      return """
          <testsuite name="\(Markup.escaped(file.path.safe))" tests="\(cases.count)" \
        failures="\(failing.count)" \
        errors="\(isBroken ? 1 : 0)" skipped="0">
        \(cases.joined(separator: "\n"))
          </testsuite>
        """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="wtool inspect">
      \(suites.joined(separator: "\n"))
      </testsuites>

      """
  }

  private static func broken(_ file: FileReport) -> String {
    """
        <testcase classname="\(Markup.escaped(file.path.safe))" name="read">
          <error message="\(Markup.escaped((file.failure ?? "").safe))"/>
        </testcase>
    """
  }

  private static func testCase(_ rule: RuleDescriptor, in file: FileReport) -> String {
    let found = file.active.filter { $0.finding.rule.id == rule.id }
    let head = """
          <testcase classname="\(Markup.escaped(file.path.safe))" name="\(rule.id) \(rule.name)"
      """
    guard !found.isEmpty else { return head + "/>" }
    let isFailure = found.contains { $0.finding.severity > .note }
    let text = found.map(\.sentences.safe).joined(separator: "\n")
    let body =
      isFailure
      ? "<failure message=\"\(Markup.escaped(found[0].finding.message.safe))\">"
        + "\(Markup.escaped(text))</failure>"
      : "<system-out>\(Markup.escaped(text))</system-out>"
    return "\(head)>\n      \(body)\n    </testcase>"
  }
}
