import Tensors

/// DEC001.
enum DeclaredVariance: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DEC001", name: "declared-variance", severity: .error,
    summary: "A fresh kernel's variance is not that of its declared initializer.",
    rationale: "The scale decides whether signals vanish or explode; here it is not the one that was chosen.",
    remedy: "initialise the layer again, or look for what scales weights after they were drawn",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; test: χ² of standardised values",
    explains: ["DEC002", "DEC004", "DST001", "SCL003", "SCL005"])

  /// The chance of a false alarm for one tensor.
  static let significance = 1e-5

  static let examples: [RuleExample] = [
    .found(
      "three times the declared deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.3), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .found(
      "half of it",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.05), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "the declared deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "trained weights may be anything",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.3), declared: .normal(deviation: 0.1))
      ], assumed: .trained),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), let judged = ratio(of: tensor), judged.probability < significance else {
      return nil
    }
    let factor = judged.ratio
    let severity: Severity =
      factor >= 2 || factor <= 0.5 ? .error : factor >= 1.25 || factor <= 0.8 ? .warning : .note
    let deviation = tensor.measurements.standardDeviation
    let nearest = tensor.declaration?.alternatives
      .first { abs($0.deviation / max(deviation, .leastNormalMagnitude) - 1) < 0.05 }
    let guess = nearest.map { "; it matches \($0.name)" } ?? ""
    return Finding(
      descriptor, tensor,
      "std \(Numbers.short(deviation)) is \(Numbers.short(factor))× \(tensor.declaration?.initializer ?? "")'s "
        + "\(Numbers.short(judged.expected)) (\(Numbers.probability(judged.probability)), "
        + "n=\(Numbers.count(tensor.measurements.count)))\(guess)",
      severity: severity,
      evidence: [
        .init("std", deviation), .init("expected_std", judged.expected), .init("ratio", factor),
        .init("p", judged.probability), .init("n", Double(tensor.measurements.count)),
      ])
  }

  /// How a tensor's deviation compares with the declared one, whichever of the declared ones is nearest.
  ///
  /// For a normal the sum of standardised squares is χ²; a uniform and a truncated normal have lighter tails, so that
  /// the test errs on the quiet side.
  static func ratio(of tensor: AuditedTensor) -> (ratio: Double, expected: Double, probability: Double)? {
    guard tensor.isMeasurable, let expectations = tensor.declaration?.expectations else { return nil }
    return
      expectations
      .filter { $0.isDrawn }
      .map { expectation in
        let squares = tensor.measurements.standardizedSquares(
          mean: expectation.mean, deviation: expectation.standardDeviation)
        let count = tensor.measurements.count
        return (
          (squares / Double(count)).squareRoot(), expectation.standardDeviation,
          Statistics.chiSquareTwoSided(squares, count: count)
        )
      }
      .max { $0.2 < $1.2 }
  }
}

extension ValueExpectation {
  /// Whether the values are independent draws.
  var isDrawn: Bool {
    switch family {
    case .uniform, .normal, .truncatedNormal: standardDeviation > 0
    case .constant, .orthogonal, .structured: false
    }
  }

  /// For examples.
  static func normal(deviation: Double) -> ValueExpectation {
    ValueExpectation(family: .normal, mean: 0, standardDeviation: deviation)
  }

  /// For examples: uniform on ±limit.
  static func uniform(limit: Double) -> ValueExpectation {
    ValueExpectation(
      family: .uniform, mean: 0, standardDeviation: limit / 3.0.squareRoot(), support: -limit...limit)
  }
}
