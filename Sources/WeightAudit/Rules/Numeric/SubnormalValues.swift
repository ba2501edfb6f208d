import Tensors

/// NUM003.
enum SubnormalValues: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NUM003", name: "subnormal-weights", summary: "More than 1 % of a tensor's values are subnormal.",
    rationale:
      "Values below 2⁻¹²⁶ are flushed to zero on some devices and slow on others: decay has switched them off.",
    remedy: "set them to zero, or weaken the regularizer that shrinks them", source: "IEEE 754-2019, §3.4")

  static let examples: [RuleExample] = [
    .found(
      "weights that decayed",
      [
        ExampleTensor("d/kernel", .kernel, [4, 8], .normal(seed: 1, deviation: 1e-40))
      ]),
    .passed("zeros are not subnormal", [ExampleTensor("d/bias", .bias, [8], .constant(0))]),
    .passed(
      "small weights", [ExampleTensor("d/kernel", .kernel, [4, 8], .normal(seed: 1, deviation: 1e-20))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let measured = tensor.measurements
    let nonZero = measured.finiteCount - measured.zeroCount
    let share = Double(measured.subnormalCount) / Double(max(1, nonZero))
    guard share > 0.01 else { return nil }
    return Finding(
      descriptor, tensor, "\(Numbers.percent(share)) of the values other than 0 are below 2⁻¹²⁶",
      evidence: [.init("share", share)], isProof: true)
  }
}
