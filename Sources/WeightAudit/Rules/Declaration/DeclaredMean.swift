import Tensors

/// DEC004.
enum DeclaredMean: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DEC004", name: "biased-mean",
    summary: "A fresh kernel's mean is not that of its declared initializer.",
    rationale: "Weights that lean one way add up coherently: signals grow with the width of the layer.",
    remedy: "initialise the layer again, or look for what shifts weights after they were drawn",
    source: "LeCun et al., Efficient BackProp, 1998, §4.6; test: standardised mean")

  static let significance = 1e-6

  static let examples: [RuleExample] = [
    .found(
      "shifted by half a deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, mean: 0.05, deviation: 0.1),
          declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "mean zero",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable,
      let expectation = tensor.declaration?.expectations.first(where: { $0.isDrawn })
    else { return nil }
    let count = tensor.measurements.count
    // Against the wider of the declared and the measured deviation: a wrong scale is another rule's.
    let deviation = max(
      tensor.declaration?.expectations.map(\.standardDeviation).max() ?? 0,
      tensor.measurements.standardDeviation)
    let shift = tensor.measurements.mean - expectation.mean
    let probability = Statistics.normalTwoSided(shift / deviation * Double(count).squareRoot())
    guard probability < significance else { return nil }
    return Finding(
      descriptor, tensor,
      "the mean is \(Numbers.short(tensor.measurements.mean)), \(Numbers.short(shift / deviation)) standard deviations "
        + "from the declared \(Numbers.short(expectation.mean)) (\(Numbers.probability(probability)), "
        + "n=\(Numbers.count(count)))",
      evidence: [
        .init("mean", tensor.measurements.mean), .init("p", probability), .init("n", Double(count)),
      ])
  }
}
