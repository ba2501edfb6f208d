/// The step that reports each fault once: what follows from a finding becomes part of it.
enum FindingFolding {
  /// Appends what a finding causes elsewhere to its own message.
  static func joined(_ findings: [Finding]) -> [Finding] {
    var findings = findings
    for consequence in findings.filter({ !$0.causes.isEmpty }) {
      guard
        let cause = findings.firstIndex(where: { joins(consequence, to: $0) })
      else { continue }
      findings[cause].message += "; \(consequence.message)"
      findings[cause].severity = max(findings[cause].severity, consequence.severity)
      findings[cause].folded.append(consequence.rule.id)
      findings.removeAll { $0 == consequence }
    }
    return findings
  }

  /// Whether a finding follows from another one, whose message it is appended to.
  static func joins(_ consequence: Finding, to cause: Finding) -> Bool {
    cause.tensor.map { consequence.causes.contains($0) } == true
      && RuleCatalog.remoteConsequences[cause.rule.id]?.contains(consequence.rule.id) == true
  }

  /// One finding for each cause: its consequences for the same tensor are only listed.
  static func folded(_ findings: [Finding]) -> [Finding] {
    let byPath = Dictionary(grouping: findings.indices.filter { findings[$0].path != nil }) {
      findings[$0].path
    }
    var result = findings
    var removed: Set<Int> = []
    for indices in byPath.values {
      for cause in indices {
        let consequences = RuleCatalog.consequences[findings[cause].rule.id] ?? []
        for consequence in indices
        where consequence != cause && consequences.contains(findings[consequence].rule.id) {
          result[cause].folded.append(findings[consequence].rule.id)
          removed.insert(consequence)
        }
      }
    }
    return result.indices.filter { !removed.contains($0) }.map { index in
      var finding = result[index]
      finding.folded = Array(Set(finding.folded)).sorted()
      return finding
    }
  }
}
