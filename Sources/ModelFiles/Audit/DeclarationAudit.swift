package import Initialization
import KerasArchitecture
package import WeightAudit

/// What rules find in a model before there are values: in its initializers, and in what else it declares.
package struct DeclarationAudit: Sendable {
  package let graph: WeightedGraph
  package let findings: [Finding]

  /// - Parameters:
  ///   - plan: the model.
  ///   - inputDeviation: the standard deviation of its inputs.
  ///   - isStrict: whether what cannot be judged is a finding.
  package init(_ plan: WeightPlan, inputDeviation: Double = 1, isStrict: Bool = false) {
    graph = WeightedGraph(plan, inputDeviation: inputDeviation)
    let facts = FileFacts(
      mismatch: nil, isArchitectureNamed: false, unjudged: [], isStrict: isStrict,
      declared: DeclaredFacts(plan.architecture))
    findings = Auditor.findings(in: facts) + Auditor.findings(in: graph)
  }
}
