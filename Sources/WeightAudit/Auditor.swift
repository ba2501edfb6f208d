/// Applies all rules, and puts consequences below their causes.
package enum Auditor {
  /// - Parameters:
  ///   - model: what was measured.
  ///   - isWanted: which rules are applied.
  /// - Returns: errors first, then in the order of the file.
  package static func findings(
    in model: AuditedModel, where isWanted: (RuleDescriptor) -> Bool = { _ in true }
  ) -> [Finding] {
    var findings = RuleCatalog.rules.filter { isWanted($0.descriptor) }.flatMap { $0.findings(in: model) }
    if let graph = model.measuredGraph {
      findings += RuleCatalog.proofs.filter { isWanted($0.descriptor) }.flatMap { $0.findings(in: graph) }
    }
    if let graph = model.measuredGraph, [.fresh, .mixed].contains(model.state.value) {
      findings += RuleCatalog.propagationRules.filter { isWanted($0.descriptor) }.flatMap {
        $0.findings(in: graph)
      }
    }
    let places = Dictionary(model.tensors.enumerated().map { ($1.path, $0) }) { first, _ in first }
    let layers = Dictionary(model.tensors.enumerated().map { ($1.layer, $0) }) { first, _ in first }
    func place(_ finding: Finding) -> Int {
      finding.path.flatMap { places[$0] } ?? layers[finding.layer] ?? model.tensors.count
    }
    return folded(Finding.joined(findings)).enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      if a.severity != b.severity { return a.severity > b.severity }
      return (place(a), a.rule.id, one.offset) < (place(b), b.rule.id, other.offset)
    }.map(\.element)
  }

  /// One finding for each cause: what it explains of the same tensor is only named.
  private static func folded(_ findings: [Finding]) -> [Finding] {
    let byPath = Dictionary(grouping: findings.indices.filter { findings[$0].path != nil }) {
      findings[$0].path
    }
    var result = findings
    var removed: Set<Int> = []
    for indices in byPath.values {
      for cause in indices {
        for consequence in indices
        where consequence != cause && findings[cause].rule.explains.contains(findings[consequence].rule.id) {
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
