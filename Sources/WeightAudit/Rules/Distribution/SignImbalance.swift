import Tensors
import Text

/// DST002.
enum SignImbalance: TensorRule {
  static let descriptor = RuleDescriptor(
    "DST002", "sign-imbalance",
    remedy: .any(.redraw, .advice("look for an abs() after the draw")),
    .init(
      summary: "A fresh kernel has far more weights of one sign than of the other.",
      rationale: "Weights of one sign add up coherently: signals grow with the width of the layer.",
      source: "LeCun et al., Efficient BackProp, 1998, §4.6; test: binomial"))

  static var consequences: [any Rule.Type] {
    [
      DeclaredVariance.self, DeclaredSupport.self, DeclaredMean.self, DistributionFamily.self,
      ParallelUnits.self, RankDeficiency.self, UnitNormOutlier.self, TrainedScale.self,
    ]
  }

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

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
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
      descriptor, at: .tensor(tensor),
      "\(ReportNumber.percent(share)) of the weights are positive (\(ReportNumber.probability(probability)), "
        + "n=\(NumberText.count(count)))",
      evidence: [.init("positive", share), .init("p", probability)])
  }
}
