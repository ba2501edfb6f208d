import Testing
import WeightAudit

@Suite struct RuleTests {
  @Test(arguments: RuleCatalog.rules.indices)
  func `every rule finds what its examples say`(index: Int) {
    let rule = RuleCatalog.rules[index]
    #expect(rule.examples.contains { $0.triggers })
    #expect(rule.examples.contains { !$0.triggers })
    for example in rule.examples {
      let findings = rule.findings(in: example.model())
      #expect(findings.isEmpty != example.triggers, "\(rule.descriptor.id): \(example.title): \(findings)")
    }
  }

  @Test func `identifiers and names are unique, sorted and spelt alike`() {
    let rules = RuleCatalog.rules.map { $0.descriptor }
    #expect(rules.map(\.id) == rules.map(\.id).sorted())
    #expect(Set(RuleCatalog.descriptors.map(\.id)).count == RuleCatalog.descriptors.count)
    #expect(Set(RuleCatalog.descriptors.map(\.name)).count == RuleCatalog.descriptors.count)
    for rule in RuleCatalog.descriptors {
      #expect(rule.id.wholeMatch(of: /[A-Z]{3}[0-9]{3}/) != nil)
      #expect(rule.name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(rule.name)")
      for text in [rule.summary, rule.rationale, rule.remedy, rule.source] { #expect(!text.isEmpty) }
      #expect(rule.summary.hasSuffix(".") && rule.rationale.hasSuffix("."))
    }
  }

  @Test func `a cause is not a consequence of its consequences`() {
    let explains = Dictionary(
      RuleCatalog.descriptors.map { ($0.id, Set($0.explains)) }, uniquingKeysWith: { first, _ in first })
    for (rule, consequences) in explains {
      for consequence in consequences {
        #expect(explains[consequence]?.contains(rule) != true, "\(rule) \(consequence)")
      }
    }
  }
}
