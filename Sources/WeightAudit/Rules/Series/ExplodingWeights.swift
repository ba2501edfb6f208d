import Tensors
import Text

/// SER004.
enum ExplodingWeights: Rule {
  static let descriptor = RuleDescriptor(
    "SER004", "exploding-weights",
    remedy: .any(
      .advice("lower the learning rate"), .advice("clip gradients"),
      .advice("go back to the checkpoint before")),
    .init(
      summary: "A kernel grows faster and faster, or jumped.",
      rationale:
        "Training that converges slows down. Among the kernels of 47 healthy trainings none grew by half or "
        + "more twice in a row, or by a fifth three times, without slowing down, or tenfold at once from a "
        + "usual scale; what is not beyond twice He's scale yet is passed.",
      source: "Pascanu et al., ICML 2013, as the cause; thresholds by measurement"))

  static var consequences: [any Rule.Type] { [OscillatingWeights.self] }

  static let examples: [RuleExample] = [
    .found(
      "doubles from checkpoint to checkpoint",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 8, 16, 32], ratios: [1, 1, 1])]),
    .found(
      "jumps after it had settled",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 80, 80], ratios: [0.1, 20, 0.1])]),
    .passed(
      "tiny weights that find their scale",
      series: [ExampleHistory("b/kernel", .kernel, norms: [1e-4, 1e-3, 1e-2, 0.1], ratios: [9, 9, 9])]),
    .passed(
      "small weights that find their scale",
      series: [ExampleHistory("b/kernel", .kernel, norms: [0.1, 0.7, 1.3, 1.7], ratios: [7, 1, 0.5])]),
    .passed("settles", series: [.moving]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.trainable.filter(\.isFollowed).compactMap { history in
      guard let growth = Growth(of: history), history.relativeScale(at: growth.index) ?? 2 >= 2 else {
        return nil
      }
      return growth.finding(descriptor, history, series)
    }
  }
}
