import Testing
import WeightAudit

@Suite struct RuleTests {
  @Test(arguments: RuleCatalog.all.indices)
  func `every rule finds what its examples say`(index: Int) {
    let rule = RuleCatalog.all[index]
    #expect(rule.examples.contains { $0.triggers })
    #expect(rule.examples.contains { !$0.triggers })
    #expect(Set(rule.examples.map(\.title)).count == rule.examples.count)
    for example in rule.examples {
      let findings = example.findings(of: rule)
      #expect(findings.isEmpty != example.triggers, "\(rule.descriptor.id): \(example.title): \(findings)")
      #expect(findings.allSatisfy { $0.rule == rule.descriptor })
      for finding in findings {
        #expect(!finding.message.hasSuffix("."), "\(finding.message)")
        #expect(!finding.remedy.actions.isEmpty)
      }
    }
  }

  @Test func `identifiers and names are unique, sorted and spelled alike`() {
    let rules = RuleCatalog.descriptors
    #expect(rules.map(\.id) == rules.map(\.id).sorted())
    #expect(Set(rules.map(\.id)).count == rules.count)
    let names = rules.flatMap { [$0.name] + $0.formerNames }
    #expect(Set(names).count == names.count)
    for name in names { #expect(name.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil, "\(name)") }
    for rule in rules {
      #expect(rule.id.description.wholeMatch(of: /[A-Z]{3}[0-9]{3}/) != nil)
      #expect(rule.id.family != nil)
      #expect(rule.summary.hasSuffix(".") && rule.rationale.hasSuffix("."))
      for text in [rule.source, RemedyText(rule.remedy).description] {
        #expect(!text.isEmpty && !text.hasSuffix("."), "\(text)")
      }
    }
  }

  @Test func `consequences are rules of the catalog, and none is a consequence of its consequences`() {
    let all = Set(RuleCatalog.descriptors.map(\.id))
    for rule in RuleCatalog.all {
      let id = rule.descriptor.id
      let consequences = rule.consequences + rule.remoteConsequences
      #expect(Set(consequences.map { $0.descriptor.id }).isSubset(of: all))
      for consequence in consequences {
        let back = (consequence.consequences + consequence.remoteConsequences).map { $0.descriptor.id }
        #expect(!back.contains(id), "\(id) \(consequence.descriptor.id)")
      }
    }
  }

  @Test func `a selector is all, a prefix, an identifier or a name`() throws {
    let tied: RuleID = "SYM007"
    #expect(RuleSelector("all")?.matches(tied) == true)
    #expect(RuleSelector("SYM")?.choice == .prefix("SYM"))
    #expect(RuleSelector("sym007")?.choice == .rule(tied))
    #expect(RuleSelector("tied-initialization")?.choice == .rule(tied))
    #expect(RuleSelector("SYM")?.matches(tied) == true)
    #expect(RuleSelector("SYM")?.matches("DEC001") == false)
    #expect(RuleSelector("SYM00")?.matches(tied) == true)
    for text in ["", "XYZ", "SYM0071", "tied", "no-such-rule"] {
      #expect(RuleSelector(text) == nil, "\(text)")
    }
    let narrowest = try ["all", "SYM", "SYM007"].map { try #require(RuleSelector($0)).specificity }
    #expect(narrowest == narrowest.sorted() && Set(narrowest).count == 3)
  }

  @Test func `a former name selects the rule and is noted`() throws {
    let selector = try #require(RuleSelector("tied-initialisation"))
    #expect(selector.choice == .rule("SYM007"))
    #expect(selector.renaming?.description == "tied-initialisation is now called tied-initialization")
    #expect(RuleSelector("discretised-values")?.choice == .rule("DST003"))
    #expect(RuleSelector("tied-initialization")?.renaming == nil)
  }
}
