import Tensors

/// NRM002.
enum DeadChannels: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NRM002", name: "dead-channel", summary: "A trained normalisation has seen no variance in a channel.",
    rationale: "The channel is constant whatever the input: dying ReLUs or weights of zero before it.",
    remedy: "prune the channel, or look for dying ReLUs before it", source: "Ioffe & Szegedy, ICML 2015")

  /// Below it the layer's epsilon is all that is left.
  static let threshold = 1e-12

  static let examples: [RuleExample] = [
    .found(
      "a channel without variance",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0, 2, 0.5]))
      ], assumed: .trained),
    .passed(
      "all channels alive",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0.001, 2, 0.5]))
      ], assumed: .trained),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isRunningVariance, tensor.isMeasurable,
      let range = tensor.measurements.range, range.lowerBound < threshold
    else { return nil }
    let dead = tensor.measurements.sample.filter { $0 < threshold }.count
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(dead)) of \(Numbers.count(tensor.measurements.sample.count)) channels have a variance below 10⁻¹²",
      evidence: [.init("channels", Double(dead))], isProof: true)
  }
}
