import Foundation
import TestSupport
import Testing
import WeightAudit

@Suite struct RuleTableTests {
  /// The README's table of rules is the catalog; `WTOOL_RECORD=1 swift test --filter RuleTableTests` writes it anew, and
  /// fails so that nobody takes that for a test.
  @Test func `the README lists the rules`() throws {
    let url = Fixtures.packageDirectory.appending(path: "README.md")
    let text = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(text.range(of: "<!-- rules -->\n")).upperBound
    let stop = try #require(text.range(of: "<!-- end of rules -->")).lowerBound
    let rows = RuleCatalog.descriptors.map {
      "| \($0.id) \($0.name) | \($0.severity.rawValue) | \($0.summary) |\n"
    }
    let table = "| rule | usually | finds |\n|---|---|---|\n" + rows.joined()
    if ProcessInfo.processInfo.environment["WTOOL_RECORD"] != nil {
      try (text[..<start] + table + text[stop...]).write(to: url, atomically: true, encoding: .utf8)
      Issue.record("README.md was written anew")
    } else {
      #expect(String(text[start..<stop]) == table)
    }
  }
}
