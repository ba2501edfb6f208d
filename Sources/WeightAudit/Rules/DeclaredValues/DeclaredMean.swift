import Tensors
import Text

/// DEC004.
enum DeclaredMean: TensorRule {
  static let descriptor = RuleDescriptor(
    "DEC004", "biased-mean",
    remedy: .any(.redraw, .advice("look for code that shifts weights after they are drawn")),
    .init(
      summary: "A fresh kernel's mean differs from that of its declared initializer.",
      rationale: "Weights with a common offset add up coherently: signals grow with the width of the layer.",
      source: "LeCun et al., Efficient BackProp, 1998, §4.6; test: standardized mean"))

  static let significance = 1e-6

  static let examples: [RuleExample] = [
    .found(
      "a mean half a standard deviation off",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, mean: 0.05, deviation: 0.1),
          declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "a mean of zero, as declared",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable,
      let expectation = tensor.declaration?.expectations.first(where: { $0.isDrawn })
    else { return nil }
    let count = tensor.measurements.count
    // The wider of the declared and the measured deviation: a wrong scale is another rule's.
    let deviation = max(
      tensor.declaration?.expectations.map(\.standardDeviation).max() ?? 0,
      tensor.measurements.standardDeviation)
    let shift = tensor.measurements.mean - expectation.mean
    let probability = Statistics.normalTwoSided(shift / deviation * Double(count).squareRoot())
    guard probability < significance else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the mean is \(ReportNumber.short(tensor.measurements.mean)), \(ReportNumber.short(shift / deviation)) "
        + "standard deviations from the declared \(ReportNumber.short(expectation.mean)) "
        + "(\(ReportNumber.probability(probability)), "
        + "n=\(NumberText.count(count)))",
      evidence: [
        .init("mean", tensor.measurements.mean), .init("p", probability), .init("n", Double(count)),
      ])
  }
}
