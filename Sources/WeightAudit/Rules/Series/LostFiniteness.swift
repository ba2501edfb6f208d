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

  static let examples: [RuleExample] = [
    .found(
      "NaN in the third checkpoint",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 5, .nan], ratios: [0.2, 0])]),
    .found(
      "NaN that was gone again",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, .nan, 5], ratios: [0.2, 0.1])]),
    .passed("finite throughout", series: [.moving]),
    .passed(
      "NaN throughout, which is another rule's",
      series: [ExampleHistory("b/kernel", .kernel, norms: [.nan, .nan], ratios: [0])]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    [lost(series), passing(series)].compactMap(\.self)
  }

  /// What is not finite at the end, and was before.
  private static func lost(_ series: AuditedSeries) -> Finding? {
    let lost = series.histories.compactMap { history -> (tensor: AuditedTensor, index: Int)? in
      guard let last = history.points.last, last.nonFiniteCount > 0,
        let sound = history.points.lastIndex(where: { $0.nonFiniteCount == 0 })
      else { return nil }
      return (history.tensor, sound + 1)
    }
    guard let first = lost.min(by: { $0.index < $1.index }) else { return nil }
    return Finding(
      descriptor, at: .tensor(first.tensor),
      "values of \(NumberText.counted(lost.count, "tensor")) are NaN or infinite from "
        + "\(series.checkpoints[first.index].words) on; the last sound checkpoint is "
        + series.checkpoints[first.index - 1].words,
      evidence: [.init("checkpoint", Double(first.index)), .init("tensors", Double(lost.count))],
      isProof: true
    ).caused(by: lost.map(\.tensor.name))
  }

  /// What is finite at the end, and was not all the time.
  private static func passing(_ series: AuditedSeries) -> Finding? {
    let passing = series.histories.filter { history in
      history.points.last?.nonFiniteCount == 0 && history.points.contains { $0.nonFiniteCount > 0 }
    }
    guard let first = passing.first else { return nil }
    let names = series.checkpoints.indices.filter { index in
      passing.contains { $0.points[index].nonFiniteCount > 0 }
    }.map { series.checkpoints[$0].words }
    return Finding(
      descriptor, at: .tensor(first.tensor),
      "values of \(NumberText.counted(passing.count, "tensor")) were NaN or infinite in "
        + "\(names.prefix(4).joined(separator: ", "))\(names.count > 4 ? " …" : ""), and are finite again",
      severity: .warning, evidence: [.init("tensors", Double(passing.count))], isProof: true)
  }
}
