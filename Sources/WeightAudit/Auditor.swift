import Synchronization
import Tensors

/// Applies all rules, and puts consequences below their causes.
package enum Auditor {
  /// - Parameters:
  ///   - model: what was measured.
  ///   - workers: how many threads; no effect on the result.
  ///   - isWanted: which rules are applied.
  /// - Returns: errors first, then in the order of the file.
  package static func findings(
    in model: AuditedModel, workers: Int = 1, where isWanted: (RuleDescriptor) -> Bool = { _ in true }
  ) async -> [Finding] {
    var tasks = RuleCatalog.rules.filter { isWanted($0.descriptor) }.flatMap { Self.tasks($0, model) }
    if let graph = model.measuredGraph {
      let isJudged = [.fresh, .mixed].contains(model.state.value)
      let rules = RuleCatalog.proofs + (isJudged ? RuleCatalog.propagationRules : [])
      tasks += rules.filter { isWanted($0.descriptor) }.map { rule in { rule.findings(in: graph) } }
    }
    return sorted(folded(Finding.joined(await results(of: tasks, workers: workers))), as: model)
  }

  private typealias Task = @Sendable () -> [Finding]

  /// A rule that looks at one tensor at a time can look at several at a time.
  private static func tasks(_ rule: any Rule.Type, _ model: AuditedModel) -> [Task] {
    guard let rule = rule as? any TensorRule.Type else { return [{ rule.findings(in: model) }] }
    let size = 16
    return stride(from: 0, to: model.tensors.count, by: size).map { start in
      let end = min(model.tensors.count, start + size)
      return { model.tensors[start..<end].compactMap { rule.finding($0, in: model) } }
    }
  }

  /// What all tasks find, in their order.
  private static func results(of tasks: [Task], workers: Int) async -> [Finding] {
    let results = Mutex<[Int: [Finding]]>([:])
    await forEachIndex(below: tasks.count, workers: workers) { index in
      let findings = tasks[index]()
      results.withLock { $0[index] = findings }
    }
    return results.withLock { results in tasks.indices.flatMap { results[$0] ?? [] } }
  }

  private static func sorted(_ findings: [Finding], as model: AuditedModel) -> [Finding] {
    let places = Dictionary(model.tensors.enumerated().map { ($1.path, $0) }) { first, _ in first }
    let layers = Dictionary(model.tensors.enumerated().map { ($1.layer, $0) }) { first, _ in first }
    func place(_ finding: Finding) -> Int {
      finding.path.flatMap { places[$0] } ?? layers[finding.layer] ?? model.tensors.count
    }
    return findings.enumerated().sorted { one, other in
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
