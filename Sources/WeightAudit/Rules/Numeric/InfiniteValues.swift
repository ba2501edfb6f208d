import Tensors

/// NUM002.
enum InfiniteValues: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NUM002", name: "infinite-weights", severity: .error, summary: "A tensor holds an infinity.",
    rationale: "An infinite weight times 0 is NaN, and everything after it too.",
    remedy: "go back to a checkpoint before the overflow; lower the learning rate or clip gradients",
    source: "IEEE 754-2019, §7.4", explains: NotANumber.everythingElse)

  static let examples: [RuleExample] = [
    .found(
      "one infinity",
      [
        ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1)) { $0[5] = -.infinity }
      ]),
    .passed(
      "large numbers", [ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1e30))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let count = tensor.measurements.infinityCount
    guard count > 0 else { return nil }
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(count)) of \(Numbers.count(tensor.measurements.count)) values are infinite",
      evidence: [.init("infinite", Double(count))], isProof: true)
  }
}
