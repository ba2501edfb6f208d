import Tensors
import Text

/// SER002.
enum StoppedLayers: Rule {
  static let descriptor = RuleDescriptor(
    "SER002", "stopped-layer",
    remedy: .any(
      .advice("look for units that died at that step, in this layer and behind it"),
      .advice("check whether it was frozen on purpose, or its steps are smaller than its dtype can hold")),
    .init(
      summary: "A layer stopped moving while others went on.",
      rationale:
        "From that checkpoint on not a bit of its kernel differs: it was frozen, or its gradient became "
        + "exactly 0, as behind ReLUs that are all dead.",
      source: "Lu et al., 2019 (dying ReLU)"))

  static let examples: [RuleExample] = [
    .found(
      "moved until the second checkpoint",
      series: [
        .moving, ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 4.1, 4.1], ratios: [0.1, 0, 0]),
      ]),
    .passed(
      "small steps",
      series: [
        .moving, ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 4.1, 4.1], ratios: [0.1, 1e-7, 1e-7]),
      ]),
    .passed(
      "the last two files are the same",
      series: [ExampleHistory("b/kernel", .kernel, norms: [4, 4.1, 4.1], ratios: [0.1, 0])]),
  ]

  static func judge(_ series: AuditedSeries) -> [Finding] {
    // What stopped at one checkpoint is one finding.
    var stopped: [Int: [TensorHistory]] = [:]
    for history in series.trainable where history.isFollowed && !history.neverMoved {
      guard let last = history.changes.lastIndex(where: { $0?.isNone != true }),
        last < history.changes.count - 1,
        history.changes.indices[(last + 1)...].contains(where: series.moves)
      else { continue }
      stopped[last + 1, default: []].append(history)
    }
    return stopped.sorted { $0.key < $1.key }.compactMap { index, histories in
      guard let first = histories.first else { return nil }
      let intervals = first.changes.count - index
      return Finding(
        descriptor, at: .tensor(first.tensor),
        "\(NameList.text(histories.map(\.tensor.name))) stopped moving at "
          + "\(series.checkpoints[index].words): no bit differs from there on, while other weights moved",
        // Without an architecture nobody knows what was frozen on purpose, and half precision swallows small
        // steps.
        severity: intervals > 1 && first.tensor.weight != nil && first.tensor.spec.dtype.byteCount > 2
          ? nil : .note,
        evidence: [
          .init("checkpoint", Double(index)), .init("layers", Double(histories.count)),
        ], isProof: true
      ).remedied(in: histories.map(\.tensor.layer))
    }
  }
}
