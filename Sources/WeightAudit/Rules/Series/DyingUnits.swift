import Tensors
import Text

/// SER008.
enum DyingUnits: Rule {
  static let descriptor = RuleDescriptor(
    "SER008", "dying-units", severity: .note,
    remedy: .any(.advice("lower the learning rate"), .advice("use leaky_relu")),
    .init(
      summary: "Units died during the series.",
      rationale:
        "More units than in the first checkpoint can never be positive, are all zero or have faded: they "
        + "learn nothing more.",
      source: "Lu et al., 2019 (dying ReLU)"))

  static let examples: [RuleExample] = [
    .found(
      "three units die",
      series: [
        ExampleHistory("b/kernel", .kernel, norms: [4, 4, 4], ratios: [0.1, 0.1], deadUnits: [0, 2, 3])
      ]),
    .passed(
      "one that was dead from the start",
      series: [
        ExampleHistory("b/kernel", .kernel, norms: [4, 4, 4], ratios: [0.1, 0.1], deadUnits: [1, 1, 1])
      ]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    series.histories.compactMap { history in
      let counts = history.points.compactMap(\.deadUnits)
      guard counts.count == history.points.count, let first = counts.first, let last = counts.last,
        last > first + 1, let units = history.tensor.measurements.units?.layout.units,
        let birth = counts.firstIndex(where: { $0 > first })
      else { return nil }
      return Finding(
        descriptor, at: .tensor(history.tensor),
        "\(NumberText.count(last)) of \(NumberText.count(units)) units are dead, "
          + "\(NumberText.count(first)) in \(series.checkpoints[0].words); the first died by "
          + series.checkpoints[birth].words,
        evidence: [.init("before", Double(first)), .init("after", Double(last))])
    }
  }
}
