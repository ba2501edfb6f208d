import Tensors

/// BIA002.
enum DominatingBias: TensorRule {
  static let descriptor = RuleDescriptor(
    "BIA002", "dominating-bias", severity: .note,
    remedy: .all(.advice("check the scale of inputs and targets, and the learning rate")),
    .init(
      summary: "A bias is far larger than the weights of its layer.",
      rationale: "The output of such a unit hardly depends on its inputs.",
      source: "Goodfellow et al. (2016), §8.4"))

  static let examples: [RuleExample] = [
    .found(
      "a bias of 1,000 beside weights of about 1",
      [
        ExampleTensor("d/kernel", .kernel, [16, 4], .normal(seed: 1, deviation: 1)),
        ExampleTensor("d/bias", .bias, [4], .list([0, 1000, 0, 0])),
      ]),
    .passed(
      "a bias of 3",
      [
        ExampleTensor("d/kernel", .kernel, [16, 4], .normal(seed: 1, deviation: 1)),
        ExampleTensor("d/bias", .bias, [4], .list([0, 3, 0, 0])),
      ]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.role == .bias, tensor.isMeasurable else { return nil }
    let kernels = model.siblings(of: tensor).filter { $0.isKernel && $0.isMeasurable }
    let norms = kernels.compactMap { $0.measurements.units?.squares.max() }
    guard let largest = norms.max(), largest > 0 else { return nil }
    let ratio = tensor.measurements.maximumMagnitude / largest.squareRoot()
    guard ratio > 10 else { return nil }
    // Before a ReLU the sign decides whether the unit always fires or never.
    let range = tensor.measurements.range ?? 0...0
    let extreme = abs(range.lowerBound) > abs(range.upperBound) ? range.lowerBound : range.upperBound
    return Finding(
      descriptor, at: .tensor(tensor),
      "a bias of \(ReportNumber.short(extreme)) is \(ReportNumber.short(ratio))× the largest norm of a "
        + "unit's "
        + "weights", evidence: [.init("ratio", ratio)])
  }
}
