import AuditReports
import Foundation
import TestSupport
import Testing
import WeightAudit

/// The pages under `docs/rules` are what the rules say; `scripts/docs` writes them.
@Suite("Pages of rules") struct RuleDocumentationTests {
  private func page(_ name: String) -> String? {
    try? String(
      contentsOf: Fixtures.packageDirectory.appending(path: "docs/rules/\(name).md"), encoding: .utf8)
  }

  @Test("every rule has its page", arguments: RuleCatalog.descriptors.map(\.id)) func pages(id: RuleID) throws
  {
    let rule = try #require(RuleCatalog.rule(id))
    let isCurrent = page("\(id)") == RulePage.markdown(rule)
    #expect(isCurrent, "docs/rules/\(id).md is not what the rule says: run scripts/docs")
  }

  @Test("the index lists them all, and no page is left of a rule that is gone") func index() throws {
    #expect(page("README") == RulePage.index, "docs/rules/README.md is not current: run scripts/docs")
    let folder = Fixtures.packageDirectory.appending(path: "docs/rules").path
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(names) == Set(RuleCatalog.descriptors.map { "\($0.id).md" } + ["README.md"]))
  }
}
