import Tensors
import Text

/// NRM002.
enum DeadChannels: TensorRule {
  static let descriptor = RuleDescriptor(
    "NRM002", "dead-channel",
    remedy: .any(.advice("prune the channel"), .advice("look for dying ReLUs before it")),
    .init(
      summary: "A trained normalization has seen no variance in a channel.",
      rationale: "The channel is constant for every input: ReLUs before it have died, or its weights are 0.",
      source: "Ioffe & Szegedy, ICML 2015"))

  /// The variance below which the layer's epsilon is all that is left.
  static let threshold = 1e-12

  static let examples: [RuleExample] = [
    .found(
      "a channel without variance",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0, 2, 0.5]))
      ], assumed: .trained),
    .passed(
      "variance in every channel",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0.001, 2, 0.5]))
      ], assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isRunningVariance, tensor.isMeasurable,
      let range = tensor.measurements.range, range.lowerBound < threshold
    else { return nil }
    let dead = tensor.measurements.sample.filter { $0 < threshold }.count
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(dead)) of \(NumberText.count(tensor.measurements.sample.count)) channels have a "
        + "variance below 10⁻¹²",
      evidence: [.init("channels", Double(dead))], isProof: true)
  }
}
