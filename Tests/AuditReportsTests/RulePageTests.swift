import AuditReports
import Testing
import WeightAudit

@Suite struct RulePageTests {
  @Test(arguments: RuleCatalog.all.indices)
  func `a page has all that is known of a rule`(index: Int) {
    let rule = RuleCatalog.all[index]
    let page = RulePage.markdown(rule)
    let descriptor = rule.descriptor
    #expect(page.hasPrefix("# \(descriptor.id) \(descriptor.name)\n"))
    for text in [descriptor.summary, descriptor.rationale, descriptor.source] + descriptor.formerNames {
      #expect(page.contains(text))
    }
    for example in rule.examples { #expect(page.contains("- \(example.title)\n")) }
    for other in rule.consequences { #expect(page.contains("[\(other.descriptor.id)]")) }
    #expect(page.contains("--ignore \(descriptor.id)"))
    // A page is about no layer.
    #expect(!page.contains("--only"))
    #expect(!page.contains("\n\n\n") && page.hasSuffix(".\n"))
  }

  @Test func `the index links every page`() {
    for rule in RuleCatalog.descriptors { #expect(RulePage.index.contains("[\(rule.id)](\(rule.id).md)")) }
  }
}
