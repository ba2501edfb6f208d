import OrderedJSON
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
          + data("\(reported.place): \(finding.message). Fix: \(finding.remedy)") + "\n"
      }
    }.joined()
  }

  private static func data(_ text: String) -> String {
    text.oneLine.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}

/// GitLab's code quality report.
enum GitLabRenderer: ReportRenderer {
  static let name = "gitlab"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    let issues = report.files.flatMap { file in
      file.active.map { reported -> JSONValue in
        let finding = reported.finding
        let severity: JSONValue =
          switch finding.severity {
          case .error: "critical"
          case .warning: "minor"
          case .note: "info"
          }
        return [
          "description": .string("\(finding.rule.id) \(reported.place): \(finding.message)"),
          "check_name": .string(finding.rule.id), "fingerprint": .string(reported.id), "severity": severity,
          "location": ["path": .string(file.path), "lines": ["begin": 1]],
        ]
      }
    }
    return JSONValue.array(issues).prettyText() + "\n"
  }
}

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
          <testsuite name="\(Markup.escaped(file.path))" tests="\(cases.count)" failures="\(failing.count)" \
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
        <testcase classname="\(Markup.escaped(file.path))" name="read">
          <error message="\(Markup.escaped(file.failure ?? ""))"/>
        </testcase>
    """
  }

  private static func testCase(_ rule: RuleDescriptor, in file: FileReport) -> String {
    let found = file.active.filter { $0.finding.rule.id == rule.id }
    let head = """
          <testcase classname="\(Markup.escaped(file.path))" name="\(rule.id) \(rule.name)"
      """
    guard !found.isEmpty else { return head + "/>" }
    let isFailure = found.contains { $0.finding.severity > .note }
    let text = found.map { "\($0.place): \($0.finding.message). Fix: \($0.finding.remedy)" }.joined(
      separator: "\n")
    let body =
      isFailure
      ? "<failure message=\"\(Markup.escaped(found[0].finding.message))\">\(Markup.escaped(text))</failure>"
      : "<system-out>\(Markup.escaped(text))</system-out>"
    return "\(head)>\n      \(body)\n    </testcase>"
  }
}

/// For a pull request's comment or a job's summary.
enum MarkdownRenderer: ReportRenderer {
  static let name = "markdown"

  static func render(_ report: AuditReport, _ options: RenderOptions) -> String {
    report.files.map { file in
      let title = "### `\(file.path.oneLine.replacing("`", with: "'"))`\n\n"
      if let failure = file.failure { return title + "✖ \(cell(failure))\n" }
      guard !file.active.isEmpty else {
        return title + "✓ no findings; \(file.checkedCount) of \(file.tensors.count) tensors checked\n"
      }
      let state = file.state.map { ", state \($0.value.rawValue)" } ?? ""
      let rows = file.active.map { reported in
        let finding = reported.finding
        return
          "| \(finding.severity.glyph) \(finding.severity.rawValue) | \(finding.rule.id) \(finding.rule.name) "
          + "| \(cell(reported.place)) | \(cell(finding.message)) | \(cell(finding.remedy)) |\n"
      }
      return title
        + "\(file.summaryCounts); \(file.checkedCount) of \(file.tensors.count) tensors checked\(state)\n\n"
        + "| severity | rule | where | what | fix |\n|---|---|---|---|---|\n" + rows.joined()
    }.joined(separator: "\n")
  }

  /// What would end a cell or start markup.
  private static func cell(_ text: String) -> String {
    text.oneLine.replacing("\\", with: "\\\\").replacing("|", with: "\\|")
      .replacing("<", with: "&lt;").replacing("*", with: "\\*").replacing("_", with: "\\_")
  }
}

/// Text inside XML and HTML.
enum Markup {
  static func escaped(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar -> String in
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\"": "&quot;"
        case "'": "&#39;"
        case "\n", "\t": String(scalar)
        // XML has no other control characters.
        case _
        where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
          "\u{FFFD}"
        default: String(scalar)
        }
      }.joined())
  }
}
