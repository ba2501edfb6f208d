import Tensors
import Text

/// DEC001.
enum DeclaredVariance: TensorRule {
  static let descriptor = RuleDescriptor(
    "DEC001", "declared-variance", severity: .error,
    remedy: .any(.redraw, .advice("look for code that scales weights after they are drawn")),
    .init(
      summary: "A fresh kernel's variance differs from that of its declared initializer.",
      rationale:
        "The scale of the weights decides whether signals vanish or explode, and it is not the declared one.",
      source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; test: χ² of standardized values"))

  static var consequences: [any Rule.Type] {
    [
      DeclaredSupport.self, DeclaredMean.self, DistributionFamily.self, UnitNormOutlier.self,
      TrainedScale.self,
    ]
  }

  /// The chance of a false alarm for one tensor.
  static let significance = 1e-5

  static let examples: [RuleExample] = [
    .found(
      "three times the declared standard deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.3), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .found(
      "half the declared standard deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.05), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "the declared standard deviation",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.1), declared: .normal(deviation: 0.1))
      ], assumed: .fresh),
    .passed(
      "trained weights, whose variance may be anything",
      [
        ExampleTensor(
          "d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 0.3), declared: .normal(deviation: 0.1))
      ], assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), let judged = ratio(of: tensor), judged.probability < significance else {
      return nil
    }
    let factor = judged.ratio
    // Vectors that were learned elsewhere are put into a table that is frozen.
    let isGiven = tensor.role == .embeddings && !tensor.isTrainable
    let severity: Severity =
      isGiven
      ? .note
      : factor >= 2 || factor <= 0.5 ? .error : factor >= 1.25 || factor <= 0.8 ? .warning : .note
    let deviation = tensor.measurements.standardDeviation
    let nearest = tensor.declaration?.alternatives
      .first { abs($0.deviation / max(deviation, .leastNormalMagnitude) - 1) < 0.05 }
    let guess = nearest.map { "; it matches \($0.name)" } ?? ""
    let initializer = tensor.declaration?.initializer ?? "the initializer"
    let finding = Finding(
      descriptor, at: .tensor(tensor),
      "std \(ReportNumber.short(deviation)) is \(ReportNumber.short(factor))× the "
        + "\(ReportNumber.short(judged.expected)) of \(initializer) "
        + "(\(ReportNumber.probability(judged.probability)), "
        + "n=\(NumberText.count(tensor.measurements.count)))\(guess)",
      severity: severity,
      evidence: [
        .init("std", deviation), .init("expected_std", judged.expected), .init("ratio", factor),
        .init("p", judged.probability), .init("n", Double(tensor.measurements.count)),
      ])
    // That a layer of a trained model is new is not certain.
    return model.state.value == .trained ? finding.limited(to: .warning) : finding
  }

  /// How a tensor's deviation compares with the declared one, whichever of the declared ones is nearest.
  ///
  /// For a normal the sum of standardized squares is χ²; a uniform and a truncated normal have lighter tails,
  /// so that the test errs on the quiet side.
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
}
