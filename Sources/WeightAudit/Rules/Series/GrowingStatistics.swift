import Tensors
import Text

/// SER007.
enum GrowingStatistics: Rule {
  static let descriptor = RuleDescriptor(
    "SER007", "growing-statistics",
    remedy: .any(
      .advice("lower the learning rate"), .advice("check whether the scale of the inputs changes")),
    .init(
      summary: "The statistics of a normalization grow without end, or jumped.",
      rationale:
        "The signal that it sees grows from checkpoint to checkpoint; the normalization hides that in "
        + "training, and uses statistics of the past in prediction.",
      source: "Ioffe & Szegedy, ICML 2015, §3.1"))

  static let examples: [RuleExample] = [
    .found(
      "the variance grows ninefold, and again",
      series: [
        ExampleHistory("n/moving_variance", .statistic, norms: [3, 27, 243, 2187], ratios: [8, 8, 8])
      ]),
    .passed(
      "statistics that settle",
      series: [
        ExampleHistory("n/moving_variance", .statistic, norms: [3, 9, 13, 14], ratios: [2, 0.5, 0.1])
      ]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.histories.filter { $0.tensor.role == .statistic }.compactMap { history in
      Growth(of: history).map { $0.finding(descriptor, history, series) }
    }
  }
}
