import Tensors

/// DST002.
enum SignImbalance: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DST002", name: "sign-imbalance",
    summary: "A fresh kernel has far more weights of one sign than of the other.",
    rationale: "Weights of one sign add up coherently: signals grow with the width of the layer.",
    remedy: "initialise the layer again, or look for an abs() after the draw",
    source: "LeCun et al., Efficient BackProp, 1998, §4.6; test: binomial",
    explains: ["DEC001", "DEC002", "DEC004", "DST001", "SYM004", "SYM005", "SCL003", "SCL005"])

  static let significance = 1e-6

  static let examples: [RuleExample] = [
    .found(
      "magnitudes only",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 1), declared: .normal(deviation: 1)
        ) {
          $0 = $0.map { abs($0) }
        }
      ], assumed: .fresh),
    .passed(
      "both signs",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 1), declared: .normal(deviation: 1))
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let measured = tensor.measurements
    guard model.isFresh(tensor), tensor.isMeasurable,
      let expectation = tensor.declaration?.expectations.first(where: { $0.isDrawn }), expectation.mean == 0
    else { return nil }
    let count = measured.positiveCount + measured.negativeCount
    let difference = abs(measured.positiveCount - measured.negativeCount)
    let z = Double(max(0, difference - 1)) / Double(max(1, count)).squareRoot()
    let probability = Statistics.normalTwoSided(z)
    guard probability < significance else { return nil }
    let share = Double(measured.positiveCount) / Double(count)
    return Finding(
      descriptor, tensor,
      "\(Numbers.percent(share)) of the weights are positive (\(Numbers.probability(probability)), "
        + "n=\(Numbers.count(count)))",
      evidence: [.init("positive", share), .init("p", probability)])
  }
}
