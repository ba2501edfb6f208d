import Tensors

/// NRM001.
enum NegativeVariance: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NRM001", name: "negative-variance", severity: .error, summary: "A running variance is negative.",
    rationale: "No batch has such a variance; its square root is NaN.",
    remedy: "go back to an earlier checkpoint, or run the layer in training mode again",
    source: "Ioffe & Szegedy, ICML 2015", explains: ["NRM002"])

  static let examples: [RuleExample] = [
    .found("a variance of −1", [ExampleTensor("bn/moving_variance", .statistic, [3], .list([1, -1, 1]))]),
    .passed("variances", [ExampleTensor("bn/moving_variance", .statistic, [3], .list([1, 0.1, 0]))]),
    .passed("a mean may be negative", [ExampleTensor("bn/moving_mean", .statistic, [3], .list([1, -1, 1]))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isRunningVariance, tensor.measurements.negativeCount > 0 else { return nil }
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(tensor.measurements.negativeCount)) of \(Numbers.count(tensor.measurements.count)) are below 0",
      evidence: [.init("negative", Double(tensor.measurements.negativeCount))], isProof: true)
  }
}

extension AuditedTensor {
  /// What a batch normalisation keeps of its inputs' variance.
  var isRunningVariance: Bool { variable.contains("moving_variance") || variable.contains("running_var") }

  var isRunningMean: Bool { variable.contains("moving_mean") || variable.contains("running_mean") }
}
