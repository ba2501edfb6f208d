import Tensors
import Text

/// NRM001.
enum NegativeVariance: TensorRule {
  static let descriptor = RuleDescriptor(
    "NRM001", "negative-variance", severity: .error,
    remedy: .any(
      .advice("go back to an earlier checkpoint"), .advice("run the layer in training mode again")),
    .init(
      summary: "A running variance is negative.",
      rationale: "No batch has a negative variance, and its square root is NaN.",
      source: "Ioffe & Szegedy, ICML 2015"))

  static var consequences: [any Rule.Type] {
    [DeadChannels.self]
  }

  static let examples: [RuleExample] = [
    .found("a variance of −1", [ExampleTensor("bn/moving_variance", .statistic, [3], .list([1, -1, 1]))]),
    .passed(
      "variances of 0 and more", [ExampleTensor("bn/moving_variance", .statistic, [3], .list([1, 0.1, 0]))]),
    .passed(
      "a negative running mean", [ExampleTensor("bn/moving_mean", .statistic, [3], .list([1, -1, 1]))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isRunningVariance, tensor.measurements.negativeCount > 0 else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(tensor.measurements.negativeCount)) of "
        + "\(NumberText.count(tensor.measurements.count)) variances are below 0",
      evidence: [.init("negative", Double(tensor.measurements.negativeCount))], isProof: true)
  }
}

extension AuditedTensor {
  /// Whether it is the running variance of a batch normalization's inputs.
  var isRunningVariance: Bool { variable.contains("moving_variance") || variable.contains("running_var") }

  /// Whether it is the running mean of a batch normalization's inputs.
  var isRunningMean: Bool { variable.contains("moving_mean") || variable.contains("running_mean") }
}
