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
    let arguments = plan.architecture.otherInitializers
    findings = [Auditor.findings(in: facts), Auditor.findings(in: graph)].joined()
      .map { $0.remedied(byArguments: arguments) }
  }
}

extension Architecture {
  /// The arguments that declare weights and are not called `kernel_initializer`, by the weights' names.
  var otherInitializers: [String: String] {
    let declarations = Dictionary(weights.map { ($0.creationIndex, $0) }) { first, _ in first }
    let fields = namedWeights.compactMap { named -> (String, String)? in
      guard let part = declarations[named.weight]?.parts.first,
        let key = initializer(part.initializer)?.field?.key, key.hasSuffix("_initializer"),
        key != "kernel_initializer"
      else { return nil }
      return (named.name, key)
    }
    return Dictionary(fields) { first, _ in first }
  }
}
