import Tensors
import Text

/// SER009.
enum UnrelatedCheckpoints: Rule {
  static let descriptor = RuleDescriptor(
    "SER009", "unrelated-checkpoints",
    remedy: .any(
      .advice("leave out the files of other trainings"),
      .advice("check whether training was started anew in between")),
    .init(
      summary: "Two checkpoints, one after the other, have nothing in common.",
      rationale:
        "Each kernel of the one is orthogonal to that of the other, as independent draws are: they are not "
        + "of one training, and what the other rules say of their changes means nothing.",
      source: "Vershynin, High-Dimensional Probability (2018), §3.2 (independent vectors are orthogonal)"))

  /// Fewer values may be orthogonal by chance.
  private static let leastCount = 64

  static let examples: [RuleExample] = [
    .found(
      "weights of two trainings",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 4], ratios: [0.1, 1.414])]),
    .passed(
      "a large step",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 6], ratios: [0.1, 1.2])]),
    .passed("small steps", series: [.moving]),
    .passed(
      "a kernel that started at zero",
      series: [
        ExampleHistory("b/kernel", .kernel, norms: [0, 4, 4.1], ratios: [.infinity, 0.1])
      ]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    let followed = series.trainable.filter {
      $0.isFollowed && $0.tensor.spec.elementCount >= leastCount
    }
    guard !followed.isEmpty else { return [] }
    let breaks = series.checkpoints.indices.dropFirst().filter { index in
      followed.allSatisfy { isUnrelated($0, at: index) }
    }
    guard let first = breaks.first else { return [] }
    return [
      Finding(
        descriptor, at: .file,
        "\(series.checkpoints[first].words) has nothing in common with \(series.checkpoints[first - 1].words)"
          + (breaks.count > 1 ? ", and so \(NumberText.count(breaks.count - 1)) more times" : "")
          + ": every kernel is orthogonal to what it was",
        evidence: [.init("checkpoint", Double(first)), .init("breaks", Double(breaks.count))])
    ]
  }

  /// Whether the cosine between a kernel and what it was is that of independent draws.
  private static func isUnrelated(_ history: TensorHistory, at index: Int) -> Bool {
    let (before, after) = (history.points[index - 1].norm, history.points[index].norm)
    // What grew in one step may have left its old weights behind.
    guard let change = history.points[index].change, before > 0, (0.5...2).contains(after / before) else {
      return false
    }
    let product = (before * before + after * after - change.norm * change.norm) / 2
    let bound = 5 / Double(history.tensor.spec.elementCount).squareRoot()
    return abs(product / before / after) < bound
  }
}
