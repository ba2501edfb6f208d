package import KerasArchitecture
package import RandomStreams

/// All weights of a model, ready to be drawn.
package struct WeightPlan: Sendable {
  package let architecture: Architecture
  package let seed: UInt64
  package let backend: Backend
  /// By `WeightDeclaration.creationIndex`.
  package let weights: [Int: PlannedWeight]

  package func weight(_ declaration: WeightDeclaration) -> PlannedWeight? {
    weights[declaration.creationIndex]
  }
}
