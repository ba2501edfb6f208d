package import Initialization
import KerasArchitecture
package import Tensors

/// The sums of a plan.
package struct PlanTotals: Sendable {
  package let tensors: Int
  /// What Keras's `count_params()` returns.
  package let parameters: Int
  package let trainableParameters: Int
  package let bytes: Int
}

extension WeightPlan {
  /// Sums saturate: a model that large is refused when it is written.
  package var totals: PlanTotals {
    let all = architecture.weights
    let weights = all.filter(\.isListed)
    return PlanTotals(
      tensors: all.count, parameters: weights.map(\.spec.elementCount).saturatingSum,
      trainableParameters: weights.filter(\.isTrainable).map(\.spec.elementCount).saturatingSum,
      bytes: weights.map(\.spec.byteCount).saturatingSum)
  }

  /// The values, by the creation index of the weight.
  package var sources: [Int: TensorSource] { weights.mapValues(\.source) }
}
