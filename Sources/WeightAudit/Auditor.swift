import Synchronization
import Tensors

/// Applies rules, and puts consequences below their causes.
package enum Auditor {
  /// What rules find in the values of a file.
  ///
  /// - Parameters:
  ///   - model: what was measured.
  ///   - workers: the number of threads; no effect on the result.
  ///   - isWanted: which rules are applied.
  /// - Returns: errors first, then in the order of the file.
  package static func findings(
    in model: AuditedModel, workers: Int = 1, where isWanted: (RuleDescriptor) -> Bool = { _ in true }
  ) async -> [Finding] {
    let rules = RuleCatalog.all.filter { isWanted($0.descriptor) }
    let found = await results(of: rules.flatMap { $0.tasks(judging: model) }, workers: workers)
    let folded = FindingFolding.folded(FindingFolding.joined(found))
    return sorted(folded, as: model).map { suited($0, to: model) }
  }

  /// The finding with a remedy that does not begin again what has learned.
  private static func suited(_ finding: Finding, to model: AuditedModel) -> Finding {
    let tensor = finding.path.flatMap { path in model.tensors.first { $0.path == path } }
    let isTrained = tensor.map(model.isTrained) ?? (model.state.value == .trained)
    return isTrained ? finding.remedied(by: finding.remedy.ofTrainedWeights) : finding
  }

  /// What all rules find in a model's declarations, sorted by rule.
  package static func findings(in declarations: WeightedGraph) -> [Finding] {
    FindingFolding.joined(RuleCatalog.all.flatMap { $0.judge(declarations) })
  }

  /// What all rules find in a file as a whole, sorted by rule.
  package static func findings(in file: FileFacts) -> [Finding] {
    RuleCatalog.all.flatMap { $0.judge(file) }
  }

  /// What is found in the checkpoints of a training: by all rules over the series, and in the last file.
  ///
  /// - Parameters:
  ///   - series: what was measured.
  ///   - found: what was found in each file; of what the last one has, the message tells since when.
  ///   - isWanted: which rules are applied.
  /// - Returns: errors first; what follows from another finding is folded into it.
  package static func findings(
    in series: AuditedSeries, besides found: [[Finding]],
    where isWanted: (RuleDescriptor) -> Bool = { _ in true }
  ) -> [Finding] {
    let overSeries = RuleCatalog.all.filter { isWanted($0.descriptor) }.flatMap { $0.judge(series) }
    let inLast = (found.last ?? []).map { finding in
      // Of what became NaN a rule over the series tells more.
      if overSeries.contains(where: { FindingFolding.joins($0, to: finding) }) { return finding }
      // The first of the last files that have it one after the other.
      let absent = found.lastIndex { findings in
        !findings.contains { $0.rule.id == finding.rule.id && $0.isSamePlace(as: finding) }
      }
      guard let first = absent.map({ $0 + 1 }), series.checkpoints.indices.contains(first) else {
        return finding
      }
      var dated = finding
      dated.message += "; since \(series.checkpoints[first].words)"
      return dated
    }
    let folded = FindingFolding.folded(FindingFolding.joined(overSeries + inLast))
    return folded.enumerated().sorted { one, other in
      let (a, b) = (one.element.severity, other.element.severity)
      return a == b ? one.offset < other.offset : a > b
    }.map(\.element)
  }

  /// What all tasks find, in their order.
  private static func results(of tasks: [@Sendable () -> [Finding]], workers: Int) async -> [Finding] {
    let results = Mutex<[Int: [Finding]]>([:])
    await forEachIndex(below: tasks.count, workers: workers) { index in
      let findings = tasks[index]()
      results.withLock { $0[index] = findings }
    }
    return results.withLock { results in tasks.indices.flatMap { results[$0] ?? [] } }
  }

  private static func sorted(_ findings: [Finding], as model: AuditedModel) -> [Finding] {
    let byPath = Dictionary(model.tensors.enumerated().map { ($1.path, $0) }) { first, _ in first }
    let byLayer = Dictionary(model.tensors.enumerated().map { ($1.layer, $0) }) { first, _ in first }
    func position(_ finding: Finding) -> Int {
      finding.path.flatMap { byPath[$0] } ?? byLayer[finding.layer] ?? model.tensors.count
    }
    return findings.enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      if a.severity != b.severity { return a.severity > b.severity }
      return (position(a), a.rule.id, one.offset) < (position(b), b.rule.id, other.offset)
    }.map(\.element)
  }
}
