import Tensors

/// NUM004.
enum HalfPrecisionRange: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "NUM004", name: "half-precision-range", summary: "A value does not fit into float16.",
    rationale: "Converted to half precision, for mixed precision or on a device, it becomes infinite.",
    remedy: "clip it, or keep the layer in float32",
    source: "IEEE 754-2019, §3.3; Micikevicius et al., ICLR 2018")

  /// The largest float16.
  static let limit = 65_504.0

  static let examples: [RuleExample] = [
    .found(
      "a running variance of 100,000",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 2, 100_000, 3]))
      ]),
    .passed("65,504 fits", [ExampleTensor("bn/moving_variance", .statistic, [2], .list([1, 65_504]))]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let largest = tensor.measurements.maximumMagnitude
    guard tensor.spec.dtype.isFloatingPoint, largest > limit else { return nil }
    return Finding(
      descriptor, tensor, "the largest magnitude is \(Numbers.short(largest)): float16 ends at 65,504",
      evidence: [.init("maximum", largest)], isProof: true)
  }
}
