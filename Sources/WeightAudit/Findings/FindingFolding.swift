import Text

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

  /// One finding for what has spread through many tensors: the first one names the others.
  static func gathered(_ findings: [Finding]) -> [Finding] {
    var result: [Finding] = []
    for finding in findings {
      guard RuleCatalog.ofOneCause.contains(finding.rule.id) else {
        result.append(finding)
        continue
      }
      let all = findings.filter { $0.rule.id == finding.rule.id }
      guard all.first == finding else { continue }
      var first = finding
      if all.count > 1 {
        let names = all.dropFirst().prefix(8).compactMap(\.tensor).map { "`\($0)`" }.joined(separator: ", ")
        first.message +=
          "; so are values of \(NumberText.counted(all.count - 1, "other tensor")): \(names)"
          + (all.count > 9 ? " …" : "")
        first.folded = Array(Set(all.flatMap(\.folded))).sorted()
      }
      result.append(first)
    }
    return result
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
