import Tensors
import Text

/// SER005.
enum OscillatingWeights: Rule {
  static let descriptor = RuleDescriptor(
    "SER005", "oscillating-weights",
    remedy: .any(.advice("lower the learning rate"), .advice("let the learning rate decay")),
    .init(
      summary: "A kernel goes back and forth instead of on.",
      rationale:
        "Each of the last changes undoes the one before: the cosine between them is near -1, where that of "
        + "noise about a minimum is -0.5 at the least. The learning rate is at the edge of stability.",
      source: "Cohen et al., ICLR 2021 (edge of stability)"))

  /// Changes that undo each other have cosines below this.
  static let cosine = -0.9
  /// Smaller changes, relative to the kernel, do no harm: 0.0087 is the largest one of a healthy training.
  static let ratio = 0.02
  /// How many changes in a row must undo the one before.
  static let count = 3

  static let examples: [RuleExample] = [
    .found(
      "every step back",
      series: [
        ExampleHistory(
          "b/kernel", .kernel, norms: [4, 5, 4, 5, 4], ratios: [0.3, 0.3, 0.3, 0.3], cosine: -0.99)
      ]),
    .passed(
      "noise about a minimum",
      series: [
        ExampleHistory(
          "b/kernel", .kernel, norms: [4, 4, 4, 4, 4], ratios: [0.1, 0.1, 0.1, 0.1], cosine: -0.5)
      ]),
    .passed(
      "steps too small to matter",
      series: [
        ExampleHistory(
          "b/kernel", .kernel, norms: [4, 4, 4, 4, 4], ratios: [1e-3, 1e-3, 1e-3, 1e-3], cosine: -0.99)
      ]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.trainable.filter(\.isFollowed).compactMap { history in
      let last = history.changes.suffix(count).compactMap(\.self)
      let cosines = last.compactMap(\.cosine)
      guard cosines.count == count, let highest = cosines.max(), highest < cosine,
        let smallest = last.map(\.ratio).min(), smallest >= ratio
      else { return nil }
      return Finding(
        descriptor, at: .tensor(history.tensor),
        "each of its last \(NumberText.count(count)) changes undoes the one before: a cosine of "
          + "\(ReportNumber.cosine(highest)) at most, at \(ReportNumber.short(smallest)) or more of its norm",
        evidence: [.init("cosine", highest), .init("ratio", smallest)])
    }
  }
}
