import Initialization
import KerasArchitecture
import Tensors

/// The sums of a plan.
struct PlanTotals {
  let tensors: Int
  /// What Keras's `count_params()` returns.
  let parameters: Int
  let trainableParameters: Int
  let bytes: Int
}

extension WeightPlan {
  /// Sums saturate: a model that large is refused when it is written.
  var totals: PlanTotals {
    let weights = architecture.weights
    func sum(_ values: [Int]) -> Int {
      values.reduce(0) { total, value in
        let (sum, overflow) = total.addingReportingOverflow(value)
        return overflow ? .max : sum
      }
    }
    return PlanTotals(
      tensors: weights.count, parameters: sum(weights.map(\.spec.elementCount)),
      trainableParameters: sum(weights.filter(\.isTrainable).map(\.spec.elementCount)),
      bytes: sum(weights.map(\.spec.byteCount)))
  }

  var byteCount: Int { totals.bytes }

  /// The values, by number of weight.
  var sources: [Int: TensorSource] { weights.mapValues(\.source) }
}
