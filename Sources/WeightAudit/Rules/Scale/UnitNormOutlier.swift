import Tensors

/// SCL003.
enum UnitNormOutlier: TensorRule {
  static let descriptor = RuleDescriptor(
    "SCL003", "unit-norm-outlier", severity: .note,
    remedy: .all(.redraw),
    .init(
      summary: "One unit of a fresh kernel is on another scale.",
      rationale:
        "A unit that is much larger or smaller than the others dominates the layer or disappears in it.",
      source: "χ² of a unit's squared norm, Bonferroni"))

  static let significance = 1e-6

  static let examples: [RuleExample] = [
    .found(
      "one unit three times as large",
      [
        ExampleTensor(
          "d/kernel", .kernel, [64, 8], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1)
        ) {
          values in for row in 0..<64 { values[row * 8 + 2] *= 3 }
        }
      ], assumed: .fresh),
    .passed(
      "units of one scale",
      [
        ExampleTensor(
          "d/kernel", .kernel, [64, 8], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isKernel, tensor.isMeasurable, let units = tensor.measurements.units,
      let expectations = tensor.declaration?.expectations.filter({ $0.isDrawn }), !expectations.isEmpty,
      expectations.allSatisfy({ $0.mean == 0 }), let largest = units.squares.max(),
      let smallest = units.squares.min()
    else { return nil }
    let (inputs, count) = (units.layout.inputs, Double(units.layout.units))
    // The most favorable of the declarations decides.
    let verdict =
      expectations.map { expectation -> Double in
        let variance = expectation.standardDeviation * expectation.standardDeviation
        let upper = Statistics.chiSquareTails(largest / variance, count: inputs).upper
        let lower = Statistics.chiSquareTails(smallest / variance, count: inputs).lower
        return count * min(upper, lower)
      }.max() ?? 1
    guard verdict < significance else { return nil }
    let mean = (units.squares.reduce(0, +) / count).squareRoot()
    let isLarge = largest.squareRoot() / mean > mean / max(smallest.squareRoot(), .leastNormalMagnitude)
    let unit = units.squares.firstIndex(of: isLarge ? largest : smallest) ?? 0
    let ratio = (isLarge ? largest : smallest).squareRoot() / mean
    return Finding(
      descriptor, at: .tensor(tensor),
      "unit \(unit) has \(ReportNumber.short(ratio))× the norm of the others "
        + "(\(ReportNumber.probability(verdict)))",
      evidence: [.init("unit", Double(unit)), .init("ratio", ratio), .init("p", verdict)])
  }
}
