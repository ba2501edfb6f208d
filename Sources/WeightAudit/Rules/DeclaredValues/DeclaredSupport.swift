import Tensors

/// DEC002.
enum DeclaredSupport: TensorRule {
  static let descriptor = RuleDescriptor(
    "DEC002", "declared-support", severity: .note,
    remedy: .any(.redraw, .advice("declare the initializer that filled it")),
    .init(
      summary: "A fresh kernel has values outside the range of its declared initializer.",
      rationale: "The values were not drawn by this initializer, or were changed afterwards.",
      source: "Keras: RandomUniform's limits, TruncatedNormal's two standard deviations"))

  static var consequences: [any Rule.Type] {
    [DistributionFamily.self]
  }

  static let examples: [RuleExample] = [
    .found(
      "a value of 0.2 where the limit is 0.1",
      [
        ExampleTensor(
          "d/kernel", .kernel, [8, 8], .uniform(seed: 1, -0.1...0.1), declared: .uniform(limit: 0.1)
        ) { $0[9] = 0.2 }
      ], assumed: .fresh),
    .passed(
      "values within the limits",
      [
        ExampleTensor(
          "d/kernel", .kernel, [8, 8], .uniform(seed: 1, -0.1...0.1), declared: .uniform(limit: 0.1))
      ], assumed: .fresh),
  ]

  /// What a tensor exceeds.
  struct Excess {
    let range, support: ClosedRange<Double>
  }

  /// - Returns: `nil` if all values are ones that the declared initializer can draw.
  static func excess(of tensor: AuditedTensor) -> Excess? {
    guard tensor.isMeasurable, let range = tensor.measurements.range,
      let expectations = tensor.declaration?.expectations.filter({ $0.isDrawn }), !expectations.isEmpty
    else { return nil }
    let tolerance = tensor.roundingTolerance
    let isInside = expectations.contains { expectation in
      guard let support = expectation.support else { return true }
      let slack = tolerance * max(abs(support.lowerBound), abs(support.upperBound))
      return range.lowerBound >= support.lowerBound - slack && range.upperBound <= support.upperBound + slack
    }
    guard !isInside, let support = expectations[0].support else { return nil }
    return Excess(range: range, support: support)
  }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), let excess = excess(of: tensor) else { return nil }
    let (range, support) = (excess.range, excess.support)
    return Finding(
      descriptor, at: .tensor(tensor),
      "values range from \(ReportNumber.short(range.lowerBound)) to \(ReportNumber.short(range.upperBound)), "
        + "but "
        + "\(tensor.declaration?.initializer ?? "the initializer") draws from "
        + "\(ReportNumber.short(support.lowerBound)) to "
        + "\(ReportNumber.short(support.upperBound))",
      evidence: [.init("minimum", range.lowerBound), .init("maximum", range.upperBound)], isProof: true)
  }
}
