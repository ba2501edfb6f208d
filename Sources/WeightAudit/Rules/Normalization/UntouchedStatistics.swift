import Tensors

/// NRM004.
enum UntouchedStatistics: Rule {
  static let descriptor = RuleDescriptor(
    "NRM004", "untouched-statistics",
    remedy: .any(
      .advice("run some batches with training=True"), .advice("check how the training loop calls the model")),
    .init(
      summary: "Every batch normalization of a trained model still has its initial statistics.",
      rationale:
        "The layers never ran in training mode: at inference they normalize with a mean of 0 and a "
        + "variance of 1.",
      source: "Ioffe & Szegedy, ICML 2015"))

  static let examples: [RuleExample] = [
    .found(
      "mean 0 and variance 1 after training",
      [
        ExampleTensor("bn/moving_mean", .statistic, [4], .constant(0)),
        ExampleTensor("bn/moving_variance", .statistic, [4], .constant(1)),
      ], assumed: .trained),
    .passed(
      "statistics of data",
      [
        ExampleTensor("bn/moving_mean", .statistic, [4], .list([0.1, 0.2, 0, 0])),
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0.5, 2, 1])),
      ], assumed: .trained),
    .passed(
      "initial statistics in a fresh model",
      [
        ExampleTensor("bn/moving_mean", .statistic, [4], .constant(0)),
        ExampleTensor("bn/moving_variance", .statistic, [4], .constant(1)),
      ], assumed: .fresh),
  ]

  static func judge(_ model: AuditedModel) -> [Finding] {
    let statistics = model.tensors.filter { $0.isRunningMean || $0.isRunningVariance }
    guard model.state.value == .trained, let first = statistics.first,
      statistics.allSatisfy({ $0.measurements.constant == ($0.isRunningMean ? 0 : 1) })
    else { return [] }
    let layers = Set(statistics.map(\.layer)).count
    let subject =
      layers == 1 ? "the batch normalization still has" : "all \(layers) batch normalizations still have"
    return [
      Finding(
        descriptor, at: .tensor(first),
        "\(subject) a mean of 0 and a variance of 1, although the model is trained", isProof: true)
    ]
  }
}
