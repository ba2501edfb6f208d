import AuditPolicy
import AuditReports
import Testing
import WeightAudit

/// The example of the target's overview page, as it stands there.
@Suite struct ExampleTests {
  @Test func `the example of the overview compiles and runs`() throws {
    let zero = try #require(RuleCatalog.descriptors.first { $0.id == "SYM001" })
    let findings = [Finding(zero, at: .layer("head_1"), "a"), Finding(zero, at: .layer("body"), "b")]
    // example
    var policy = FindingPolicy()
    policy.ignored = [try IgnoredFindings("SYM001:head*", reason: "starts at zero on purpose")]
    policy.severities = [try SeverityOverride("NRM003=warning")]
    let reported = policy.reported(findings)
    let counting = reported.filter(\.isActive)
    // end of example
    #expect(counting.map(\.finding.layer) == ["body"])
  }
}
