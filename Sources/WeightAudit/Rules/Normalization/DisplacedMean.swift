import Tensors
import Text

/// NRM006.
enum DisplacedMean: TensorRule {
  static let descriptor = RuleDescriptor(
    "NRM006", "displaced-mean", severity: .warning,
    remedy: .any(
      .advice("start from an earlier checkpoint"),
      .advice("let the statistics be estimated again, by predictions with training=True")),
    .init(
      summary: "The means of a trained normalization are far from zero, relative to its standard deviations.",
      rationale:
        "Such a mean is seldom that of the signal: then one large number is all that gets through. Where it "
        + "is, half precision has nothing left of the signal.",
      source: "Ioffe & Szegedy, ICML 2015; keras.layers.BatchNormalization"))

  /// How many deviations the mean of a channel may be from zero.
  static let limit = 2000.0
  /// Keras's epsilon.
  private static let epsilon = 1e-3

  private static func example(mean: [Double]) -> [ExampleTensor] {
    [
      ExampleTensor("bn/moving_mean", .statistic, [4], .list(mean)),
      ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0.5, 2, 0.5])),
    ]
  }

  static let examples: [RuleExample] = [
    .found("means of 10,000 with deviations of 1", example(mean: [1e4, 1e4, 9e3, 1.1e4]), assumed: .trained),
    .passed("means of 10 with deviations of 1", example(mean: [10, -3, 4, 12]), assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.role == .statistic, tensor.isRunningMean,
      tensor.isMeasurable,
      let variance = model.siblings(of: tensor).first(where: \.isRunningVariance), variance.isMeasurable,
      variance.measurements.sample.count == tensor.measurements.sample.count
    else { return nil }
    // Of channels without variance another rule speaks.
    let distances = zip(tensor.measurements.sample, variance.measurements.sample).map { mean, variance in
      variance < DeadChannels.threshold ? 0 : abs(mean) / (variance + epsilon).squareRoot()
    }
    let far = distances.count { $0 > limit }
    guard 2 * far > distances.count, let largest = distances.max() else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the means of \(NumberText.count(far)) of \(NumberText.count(distances.count)) channels are more than "
        + "\(NumberText.count(Int(limit))) deviations from 0, the largest \(ReportNumber.short(largest))",
      evidence: [.init("channels", Double(far)), .init("deviations", largest)])
  }
}
