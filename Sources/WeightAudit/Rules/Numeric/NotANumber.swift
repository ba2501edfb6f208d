import Tensors

/// NUM001.
enum NotANumber: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NUM001", name: "nan-weights", severity: .error, summary: "A tensor holds NaN.",
    rationale: "One NaN makes every output that depends on it NaN, and then every weight.",
    remedy: "go back to a checkpoint before the loss became NaN; lower the learning rate or clip gradients",
    source: "IEEE 754-2019, §6.2", explains: everythingElse)

  /// What is said of values has no meaning where they are no numbers.
  static let everythingElse = [
    "NUM003", "NUM004", "SYM003", "SYM004", "SYM005", "SYM006", "BIA001", "BIA002", "NRM001", "NRM002",
    "NRM003",
  ]

  static let examples: [RuleExample] = [
    .found(
      "one NaN among 16 weights",
      [
        ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1)) { $0[5] = .nan }
      ]),
    .passed("numbers", [ExampleTensor("d/kernel", .kernel, [4, 4], .normal(seed: 1, deviation: 1))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let count = tensor.measurements.nanCount
    guard count > 0 else { return nil }
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(count)) of \(Numbers.count(tensor.measurements.count)) values are NaN",
      evidence: [.init("nan", Double(count))], isProof: true)
  }
}
