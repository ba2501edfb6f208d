import Tensors

/// NUM003.
enum SubnormalValues: TensorRule {
  static let descriptor = RuleDescriptor(
    "NUM003", "subnormal-weights",
    remedy: .any(.advice("set them to zero"), .advice("weaken the regularizer that shrinks them")),
    .init(
      summary: "More than 1 % of a tensor's nonzero values are subnormal.",
      rationale:
        "Values below 2⁻¹²⁶ are flushed to zero on some devices and are slow on others; weight decay "
        + "often leaves them behind.",
      source: "IEEE 754-2019, §3.4"))

  static let examples: [RuleExample] = [
    .found(
      "weights that decayed",
      [
        ExampleTensor("d/kernel", .kernel, [4, 8], .normal(seed: 1, deviation: 1e-40))
      ]),
    .passed("zeros, which are not subnormal", [ExampleTensor("d/bias", .bias, [8], .constant(0))]),
    .passed(
      "small normal weights",
      [ExampleTensor("d/kernel", .kernel, [4, 8], .normal(seed: 1, deviation: 1e-20))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let measured = tensor.measurements
    let nonZero = measured.finiteCount - measured.zeroCount
    let share = Double(measured.subnormalCount) / Double(max(1, nonZero))
    guard share > 0.01 else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(ReportNumber.percent(share)) of the nonzero values are below 2⁻¹²⁶ in magnitude",
      evidence: [.init("share", share)], isProof: true)
  }
}
