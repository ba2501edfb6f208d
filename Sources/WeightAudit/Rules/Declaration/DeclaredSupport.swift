import Tensors

/// DEC002.
enum DeclaredSupport: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DEC002", name: "declared-support", severity: .note,
    summary: "A fresh kernel has values that its declared initializer cannot draw.",
    rationale: "The values were not drawn by this initializer, or were changed afterwards.",
    remedy: "initialise the layer again, or declare what really filled it",
    source: "Keras: RandomUniform's limits, TruncatedNormal's two standard deviations", explains: ["DST001"])

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

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isFresh(tensor), tensor.isMeasurable, let range = tensor.measurements.range,
      let expectations = tensor.declaration?.expectations.filter({ $0.isDrawn }), !expectations.isEmpty
    else { return nil }
    let tolerance = tensor.roundingTolerance
    let isInside = expectations.contains { expectation in
      guard let support = expectation.support else { return true }
      let slack = tolerance * max(abs(support.lowerBound), abs(support.upperBound))
      return range.lowerBound >= support.lowerBound - slack && range.upperBound <= support.upperBound + slack
    }
    guard !isInside, let support = expectations[0].support else { return nil }
    return Finding(
      descriptor, tensor,
      "values reach from \(Numbers.short(range.lowerBound)) to \(Numbers.short(range.upperBound)); "
        + "\(tensor.declaration?.initializer ?? "") draws from \(Numbers.short(support.lowerBound)) to "
        + "\(Numbers.short(support.upperBound))",
      evidence: [.init("minimum", range.lowerBound), .init("maximum", range.upperBound)], isProof: true)
  }
}
