package import AuditReports
import Tensors
import Text
package import WeightAudit

/// What the user has decided about findings: which rules run, what is ignored, how severe things are, what is
/// known.
package struct FindingPolicy: Sendable {
  /// Which rules run; empty means all.
  package var rules: [RuleSelector] = []
  package var ignored: [IgnoredFindings] = []
  /// Overrides of severities; of those that fit a rule, the one that names most of its identifier wins.
  package var severities: [SeverityOverride] = []
  /// The findings that are known already.
  package var baseline = Baseline()
  /// A glob of the layers that are reported; `nil` means all.
  package var layers: String?

  package init() {}

  package func isWanted(_ rule: RuleDescriptor) -> Bool {
    rules.isEmpty || rules.contains { $0.matches(rule.id) }
  }

  /// The findings of a file as they are reported, the most severe ones first.
  ///
  /// - Parameters:
  ///   - findings: in the order of the file.
  ///   - file: the file's path.
  /// - Returns: those in the layers that are reported, with what the user has said of each.
  package func reported(_ findings: [Finding], in file: String = "") -> [ReportedFinding] {
    var counts: [String: Int] = [:]
    let wanted = findings.filter { finding in
      finding.layer.isEmpty || layers.map { Glob.matches(finding.layer, $0) } ?? true
    }
    let reported = wanted.map { finding -> ReportedFinding in
      var finding = finding
      if let severity = severity(of: finding.rule) { finding.severity = severity }
      // No value goes in: a finding keeps its identifier while weights are trained.
      let place = "\(finding.rule.id)|\(finding.path ?? finding.layer)"
      counts[place, default: 0] += 1
      let id = String(SHA256.hexDigest(Array("\(place)|\(counts[place] ?? 0)".utf8)).prefix(16))
      return ReportedFinding(
        finding, id: id, suppression: ignored.first { $0.matches(finding) }?.reason,
        isNew: !baseline.contains(id, ofFile: file))
    }
    // Overrides may have changed the order.
    return ReportedFinding.gathered(reported).enumerated().sorted { first, second in
      let (a, b) = (first.element.finding.severity, second.element.finding.severity)
      return a == b ? first.offset < second.offset : a > b
    }.map(\.element)
  }

  /// What is said of single places, or for this run: one line each, and whether something in a file is meant.
  ///
  /// A rule that a settings file ignores everywhere need not speak in every run.
  package func uses(in file: FileReport) -> [(line: String, isUsed: Bool)] {
    guard file.failure == nil else { return [] }
    let found = file.findings.flatMap(\.all).map(\.finding)
    return ignored.filter { $0.place != nil || $0.isForThisRun }.map { item in
      ("ignoring \(item.setting): there is no such finding", found.contains(where: item.matches))
    }
  }

  private func severity(of rule: RuleDescriptor) -> Severity? {
    severities.filter { $0.rules.matches(rule.id) }
      .max { $0.rules.specificity < $1.rules.specificity }?.severity
  }

  /// The former names by which rules were chosen, one line each.
  package var notes: [String] {
    let selectors = rules + ignored.map(\.rules) + severities.map(\.rules)
    var notes: [String] = []
    for selector in selectors {
      guard let renaming = selector.renaming else { continue }
      let note = "the rule \(renaming)"
      if !notes.contains(note) { notes.append(note) }
    }
    return notes
  }
}

/// A severity that findings of some rules have instead of their own.
package struct SeverityOverride: Sendable, Hashable {
  package let rules: RuleSelector
  package let severity: Severity

  package init(_ rules: RuleSelector, _ severity: Severity) {
    self.rules = rules
    self.severity = severity
  }

  /// - Parameter text: `NRM003=warning`.
  /// - Throws: if there is no such rule or severity.
  package init(_ text: String) throws(PolicyError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let severity = Severity(rawValue: parts[1]) else {
      throw PolicyError("expected RULE=error, RULE=warning or RULE=note; found \(text.clipped)")
    }
    self.init(try RuleSelector(checked: parts[0]), severity)
  }
}

extension RuleSelector {
  /// - Throws: if no rule is selected, with the nearest spelling.
  package init(checked text: String) throws(PolicyError) {
    guard let selector = RuleSelector(text) else {
      let names = RuleCatalog.descriptors.flatMap { ["\($0.id)", $0.name] }
      let hint = NearestSpelling.hint(for: text, in: names, quote: "'", otherwise: "`wtool rules` lists them")
      throw PolicyError("there is no rule '\(text.clipped)'\(hint)")
    }
    self = selector
  }
}
