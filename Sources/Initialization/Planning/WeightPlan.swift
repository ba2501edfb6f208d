package import KerasArchitecture
package import RandomStreams
package import Tensors

/// All weights of a model, ready to be drawn.
package struct WeightPlan: Sendable {
  package let architecture: Architecture
  package let seed: UInt64
  package let backend: Backend
  /// By `WeightDeclaration.creationIndex`.
  package let weights: [Int: PlannedWeight]

  /// The plan with the values of some weights times factors, by the weights' creation indices.
  package func scaled(by factors: [Int: Double]) -> WeightPlan {
    var weights = weights
    for (index, factor) in factors { weights[index] = weights[index]?.scaled(by: factor) }
    return WeightPlan(architecture: architecture, seed: seed, backend: backend, weights: weights)
  }

  package func weight(_ declaration: WeightDeclaration) -> PlannedWeight? {
    weights[declaration.creationIndex]
  }
}

extension WeightPlan {
  /// A weight's values as another seed draws them.
  ///
  /// - Parameters:
  ///   - weight: a weight of the plan.
  ///   - seed: the other seed.
  /// - Returns: `nil` if the weight is put together from several draws.
  package func source(of weight: PlannedWeight, drawnWith seed: StreamSeed) -> TensorSource? {
    guard weight.parts.count == 1, let part = weight.parts.first, part.seed != nil, part.transform == .none,
      part.target.dtype != .float64
    else { return nil }
    let source = part.initializer.source(
      for: part.target,
      RandomSource(
        backend: backend, seed: seed, caller: architecture.generation.isKeras3 ? .keras3 : .tfKeras))
    return weight.factor == 1
      ? source : ElementTransform.scaled(weight.factor).applied(to: source, part.target.dtype)
  }
}
