import Tensors
import Text

/// DST001.
enum DistributionFamily: TensorRule {
  static let descriptor = RuleDescriptor(
    "DST001", "distribution-family", severity: .note,
    remedy: .any(.redraw, .advice("declare the initializer that filled it")),
    .init(
      summary: "A fresh kernel's values do not follow the distribution of its declared initializer.",
      rationale: "The values were not drawn by this initializer, or were changed afterwards.",
      source: "Massart, Annals of Probability 18, 1990: a bound for every sample size"))

  static let significance = 1e-6

  static let examples: [RuleExample] = [
    .found(
      "uniform values where normal ones are declared",
      [
        ExampleTensor(
          "d/kernel", .kernel, [64, 64], .uniform(seed: 1, -0.1732...0.1732),
          declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "normal values, as declared",
      [
        ExampleTensor(
          "d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable, tensor.spec.dtype != .bfloat16,
      let expectations = tensor.declaration?.expectations.filter({ $0.isDrawn }), !expectations.isEmpty
    else { return nil }
    let sample = tensor.measurements.sample
    let distance = expectations.map { Self.distance(of: sample, to: $0) }.min() ?? 0
    let probability = Statistics.kolmogorovBound(distance: distance, count: sample.count)
    guard probability < significance else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "values do not follow the distribution of \(tensor.declaration?.initializer ?? "the initializer"): the "
        + "largest distance is \(ReportNumber.short(distance)) (\(ReportNumber.probability(probability)), "
        + "n=\(NumberText.count(sample.count)))",
      evidence: [.init("distance", distance), .init("p", probability)])
  }

  /// The largest distance of the empirical from the declared distribution.
  private static func distance(of sample: [Double], to expectation: ValueExpectation) -> Double {
    let count = Double(sample.count)
    var largest = 0.0
    let declared = Statistics.sorted(sample.map { cumulative($0, expectation) }, within: 0...1)
    for (index, value) in declared.enumerated() {
      largest = max(largest, Double(index + 1) / count - value, value - Double(index) / count)
    }
    return largest
  }

  private static func cumulative(_ value: Double, _ expectation: ValueExpectation) -> Double {
    let z = (value - expectation.mean) / expectation.standardDeviation
    switch expectation.family {
    case .uniform: return min(1, max(0, 0.5 + z / 12.0.squareRoot()))
    case .truncatedNormal:
      // In units of the normal that is cut at two of its standard deviations.
      let parent = z * 0.87962566103423978
      let tail = Statistics.normalUpper(2)
      return min(1, max(0, (Statistics.normalUpper(-parent) - tail) / (1 - 2 * tail)))
    default: return Statistics.normalUpper(-z)
    }
  }
}
