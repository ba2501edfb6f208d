import AuditPolicy
import AuditReports
import Failures
import OrderedJSON
import Testing
import WeightAudit

@Suite("What users decide about findings") struct FindingPolicyTests {
  private let findings: [Finding]

  init() throws {
    let zero = try #require(RuleCatalog.descriptors.first { $0.id == "SYM001" })
    let tied = try #require(RuleCatalog.descriptors.first { $0.id == "SYM007" })
    findings = [
      Finding(zero, at: .layer("head"), "a"),
      Finding(tied, at: .layer("target/a", tensor: "target/a/kernel"), "b"),
      Finding(zero, at: .layer("body"), "c"),
    ]
  }

  @Test("rules are chosen by the beginning of their identifiers, or by name") func chosen() throws {
    var policy = FindingPolicy()
    #expect(RuleCatalog.descriptors.allSatisfy(policy.isWanted))
    policy.rules = [try RuleSelector(checked: "SYM001"), try RuleSelector(checked: "NUM")]
    #expect(
      Set(RuleCatalog.descriptors.filter(policy.isWanted).map { "\($0.id)" })
        == ["SYM001", "NUM001", "NUM002", "NUM003", "NUM004"])
    policy.rules = [try RuleSelector(checked: "zero-kernel")]
    #expect(RuleCatalog.descriptors.filter(policy.isWanted).map { "\($0.id)" } == ["SYM001"])
    #expect(policy.notes.isEmpty)
  }

  @Test("former names are accepted everywhere, with a note") func formerNames() throws {
    var policy = FindingPolicy()
    policy.rules = [try RuleSelector(checked: "tied-initialisation")]
    policy.ignored = [try IgnoredFindings("discretised-values:head*", reason: "r")]
    policy.severities = [try SeverityOverride("tied-initialisation=note")]
    #expect(RuleCatalog.descriptors.filter(policy.isWanted).map { "\($0.id)" } == ["SYM007"])
    #expect(
      policy.notes == [
        "the rule tied-initialisation is now called tied-initialization",
        "the rule discretised-values is now called discretized-values",
      ])
  }

  @Test("an unknown rule is an error that names the nearest one") func unknown() {
    #expect(throws: PolicyError.self) { try RuleSelector(checked: "") }
    do throws(PolicyError) {
      _ = try RuleSelector(checked: "zero-kernal")
      Issue.record("it was taken")
    } catch {
      #expect(error.description.contains("did you mean 'zero-kernel'?"))
    }
  }

  @Test("what is ignored is still reported, with the reason") func ignored() throws {
    var policy = FindingPolicy()
    policy.ignored = [
      try IgnoredFindings("SYM007:target/*", reason: "a copy"),
      try IgnoredFindings("SYM001:head", reason: "r"),
    ]
    let empty = FileReport(path: "m.h5", container: .init(format: "h5"), findings: [])
    let found = FileReport(
      path: "m.h5", container: .init(format: "h5"), findings: policy.reported(findings))
    #expect(policy.uses(in: empty).map(\.isUsed) == [false, false])
    #expect(policy.uses(in: found).map(\.isUsed) == [true, true])
    let suppressions = policy.reported(findings).map { "\($0.finding.layer) \($0.suppression ?? "-")" }
    #expect(Set(suppressions) == ["head r", "target/a a copy", "body -"])
  }

  @Test("what has spread is one finding, of the places of which the user has said the same")
  func spread() throws {
    let missing = try #require(RuleCatalog.descriptors.first { $0.id == "NUM001" })
    let spread = ["a", "b", "c", "d"].map { layer in
      Finding(missing, at: .layer(layer, tensor: "\(layer)/kernel"), "1 of 4 values is NaN")
    }
    var policy = FindingPolicy()
    let whole = try #require(policy.reported(spread).first)
    #expect(policy.reported(spread).count == 1)
    #expect(whole.all.map(\.finding.layer) == ["a", "b", "c", "d"])
    #expect(whole.finding.message.hasSuffix("3 other tensors: `b/kernel`, `c/kernel`, `d/kernel`"))
    // Ignoring one place hides no other one.
    policy.ignored = [try IgnoredFindings("NUM001:a", reason: "r")]
    #expect(
      policy.reported(spread).map { $0.all.map(\.finding.layer) } == [["a"], ["b", "c", "d"]])
    let report = FileReport(
      path: "m.h5", container: .init(format: "h5"), findings: policy.reported(spread))
    #expect(report.active.map(\.finding.tensor) == ["b/kernel"])
    policy.ignored = [try IgnoredFindings("NUM001:c", reason: "r")]
    #expect(policy.uses(in: report).map(\.isUsed) == [true])
    policy.ignored = []
    policy.layers = "d"
    #expect(policy.reported(spread).map(\.finding.layer) == ["d"])
    policy.layers = nil
    // A place that the baseline does not have is new.
    let known = FileReport(
      path: "m.h5", container: .init(format: "h5"), findings: policy.reported(Array(spread.prefix(3))))
    policy.baseline = try Baseline(Array(Baseline.text([known]).utf8), "known.json")
    #expect(
      policy.reported(spread, in: "m.h5").filter(\.isActive).map { $0.all.map(\.finding.layer) } == [["d"]])
    #expect(policy.reported(Array(spread.prefix(3)), in: "m.h5").allSatisfy { !$0.isActive })
  }

  @Test("severities are overridden, by the override that names most of a rule") func severities() throws {
    var policy = FindingPolicy()
    policy.severities = [try SeverityOverride("SYM001=note"), try SeverityOverride("SYM=error")]
    let reported = policy.reported(findings)
    #expect(reported.map(\.finding.severity) == [.error, .note, .note])
    #expect(reported.map(\.finding.layer) == ["target/a", "head", "body"])
    #expect(throws: PolicyError.self) { try SeverityOverride("SYM001=loud") }
    #expect(throws: PolicyError.self) { try SeverityOverride("SYM001") }
  }

  @Test("findings of a baseline are known, whatever the values") func baseline() throws {
    var policy = FindingPolicy()
    let reports = [
      FileReport(
        path: "m.h5", container: .init(format: "h5"), content: .init(),
        findings: policy.reported(findings))
    ]
    policy.baseline = try Baseline(Array(Baseline.text(reports).utf8), "known.json")
    #expect(policy.reported(findings, in: "m.h5").allSatisfy { !$0.isNew })
    // The same file elsewhere is known; another one of the same model is not.
    #expect(policy.reported(findings, in: "old/m.h5").allSatisfy { !$0.isNew })
    #expect(!policy.reported(findings, in: "epoch2.h5").contains { !$0.isNew })
    // Baselines before did not tell files apart.
    let ids = policy.reported(findings).map { "\"\($0.id)\"" }.joined(separator: ", ")
    policy.baseline = try Baseline(Array("{\"findings\": [\(ids)]}".utf8), "old.json")
    #expect(policy.reported(findings, in: "epoch2.h5").allSatisfy { !$0.isNew })
    #expect(throws: PolicyError.self) { try Baseline(Array("{}".utf8), "x") }
    #expect(throws: PolicyError.self) { try Baseline(Array("[".utf8), "x") }
  }

  @Test("only the layers that are asked for are reported") func layers() {
    var policy = FindingPolicy()
    policy.layers = "b*"
    #expect(policy.reported(findings).map(\.finding.layer) == ["body"])
  }

  @Test("a threshold decides what fails") func threshold() {
    var settings = AuditSettings()
    let report = FileReport(
      path: "m.h5", container: .init(format: "h5"), content: .init(),
      findings: settings.policy.reported([findings[0]]))
    let severity = findings[0].severity
    for threshold in FailureThreshold.allCases {
      settings.failOn = threshold
      #expect(
        settings.fails(report) == (Severity(rawValue: threshold.rawValue).map { severity >= $0 } ?? false))
    }
  }
}
