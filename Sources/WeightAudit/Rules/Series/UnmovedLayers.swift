import Tensors
import Text

/// SER001.
enum UnmovedLayers: Rule {
  static let descriptor = RuleDescriptor(
    "SER001", "unmoved-layer",
    remedy: .any(
      .advice("check whether it was frozen by accident"),
      .advice("check that a loss depends on it, and that no stop_gradient or dead unit lies behind it")),
    .init(
      summary: "A trainable layer is the same in all checkpoints.",
      rationale: "Not a bit of its kernel differs while other layers learn: no gradient reaches it.",
      source: "Goodfellow et al. (2016), §8.2"))

  static let examples: [RuleExample] = [
    .found(
      "one kernel moves, another does not",
      series: [.moving, ExampleHistory("b/kernel", .kernel, norms: [4, 4, 4, 4], ratios: [0, 0, 0])]),
    .found(
      "the same weights in every file",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4, 4], ratios: [0, 0])]),
    .passed(
      "a bias that cancels out of the loss",
      series: [.moving, ExampleHistory("b/bias", .bias, norms: [0, 0, 0, 0], ratios: [0, 0, 0])]),
    .passed("every kernel moves", series: [.moving]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    let count = series.checkpoints.count
    guard !series.trainable.isEmpty else { return [] }
    guard series.trainable.contains(where: { !$0.neverMoved }) else {
      return [
        Finding(
          descriptor, at: .file,
          "\(count == 2 ? "both" : "all \(NumberText.count(count))") checkpoints hold the same weights, to "
            + "the bit", isProof: true
        ).remedied(by: .any(.advice("check what was saved: nothing was trained between them")))
      ]
    }
    let unmoved = series.trainable.filter { $0.isFollowed && $0.neverMoved }
    guard let first = unmoved.first else { return [] }
    return [
      Finding(
        descriptor, at: .tensor(first.tensor),
        "\(NameList.text(unmoved.map(\.tensor.name))) \(unmoved.count > 1 ? "are" : "is") the same in all "
          + "\(NumberText.count(count)) checkpoints, to the bit, while other weights moved",
        // Without an architecture nobody knows what was frozen on purpose.
        severity: first.tensor.weight == nil ? .note : nil,
        evidence: [.init("layers", Double(unmoved.count))], isProof: true
      ).remedied(in: unmoved.map(\.tensor.layer))
    ]
  }
}
