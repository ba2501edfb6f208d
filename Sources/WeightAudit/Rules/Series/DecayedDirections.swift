import Tensors
import Text

/// SER006.
enum DecayedDirections: Rule {
  static let descriptor = RuleDescriptor(
    "SER006", "rank-collapse", severity: .note,
    remedy: .any(
      .advice("weaken the weight decay or regularizer"),
      .advice("check whether fewer units would do")),
    .init(
      summary: "All directions of a kernel but one have decayed.",
      rationale:
        "Its stable rank fell to a quarter or less and below 1.5, though its largest singular value did not "
        + "grow: the kernel passes on a single feature.",
      source: "Rudelson & Vershynin, 2007 (stable rank); Galanti et al., 2022 (decay and rank)"))

  /// A stable rank that is left of the first one.
  static let share = 0.25
  /// What is a single direction, nearly.
  static let rank = 1.5
  /// Where the largest singular value grew more, one direction was learned and the others are still there.
  static let growth = 1.25

  static let examples: [RuleExample] = [
    .found(
      "the rest decays",
      series: [
        ExampleHistory(
          "b/kernel", .kernel, norms: [6, 3, 1.9], ratios: [0.5, 0.4], spectralNorms: [1.8, 1.8, 1.8])
      ]),
    .passed(
      "one direction grows",
      series: [
        ExampleHistory(
          "b/kernel", .kernel, norms: [6, 20, 40], ratios: [3, 1], spectralNorms: [1.8, 19, 39])
      ]),
    .passed("no spectrum", series: [.moving]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.trainable.filter(\.isFollowed).compactMap { history in
      guard let first = history.points.first, let last = history.points.last,
        let before = first.stableRank, let after = last.stableRank, after <= share * before, after < rank,
        let start = first.spectralNorm, let end = last.spectralNorm, end <= growth * start
      else { return nil }
      return Finding(
        descriptor, at: .tensor(history.tensor),
        "its stable rank fell from \(ReportNumber.short(before)) to \(ReportNumber.short(after)), though its "
          + "largest singular value did not grow: the other directions have decayed",
        evidence: [.init("before", before), .init("after", after)])
    }
  }
}
