import Tensors
import Text

/// SER003.
enum LostFiniteness: Rule {
  static let descriptor = RuleDescriptor(
    "SER003", "became-non-finite", severity: .error,
    remedy: .all(
      .advice("go back to the checkpoint before"), .advice("lower the learning rate or clip gradients")),
    .init(
      summary: "Weights became NaN or infinite during the series.",
      rationale:
        "One NaN spreads through every layer within a step; the checkpoint before is the last sound one.",
      source: "IEEE 754-2019"))

  static var consequences: [any Rule.Type] { [NotANumber.self, InfiniteValues.self] }
  static var hasOneCause: Bool { true }

  static let examples: [RuleExample] = [
    .found(
      "NaN in the third checkpoint",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 5, .nan], ratios: [0.2, 0])]),
    .passed("finite throughout", series: [.moving]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    // The first to go names the others.
    let lost = series.histories.compactMap { history -> (history: TensorHistory, index: Int)? in
      guard let last = history.points.last, last.nonFiniteCount > 0,
        let sound = history.points.lastIndex(where: { $0.nonFiniteCount == 0 })
      else { return nil }
      return (history, sound + 1)
    }
    return lost.enumerated().sorted { ($0.element.index, $0.offset) < ($1.element.index, $1.offset) }.map {
      let (history, index) = $0.element
      let count = history.points[index].nonFiniteCount
      return Finding(
        descriptor, at: .tensor(history.tensor),
        "\(NumberText.count(count)) of \(NumberText.count(history.tensor.measurements.count)) values are NaN "
          + "or infinite from \(series.checkpoints[index].words) on; the last sound checkpoint is "
          + series.checkpoints[index - 1].words,
        evidence: [.init("checkpoint", Double(index)), .init("count", Double(count))], isProof: true)
    }
  }
}
