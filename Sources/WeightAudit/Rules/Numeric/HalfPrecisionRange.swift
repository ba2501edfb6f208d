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
    guard tensor.spec.dtype.isFloatingPoint else { return nil }
    guard largest > limit else { return model.targetDType == .float16 ? underflow(tensor) : nil }
    return Finding(
      descriptor, tensor, "the largest magnitude is \(Numbers.short(largest)): float16 ends at 65,504",
      evidence: [.init("maximum", largest)], isProof: true)
  }

  /// The smallest normal float16; below it digits are lost.
  private static let smallest = 6.103515625e-5

  private static func underflow(_ tensor: AuditedTensor) -> Finding? {
    let values = tensor.measurements.sample.filter { $0 != 0 && $0.isFinite }
    let small = values.filter { abs($0) < smallest }.count
    guard values.count >= 100, Double(small) > 0.01 * Double(values.count) else { return nil }
    let share = Double(small) / Double(values.count)
    return Finding(
      descriptor, tensor,
      "\(Numbers.short(100 * share)) % of the values are below 6.1e-5: float16 loses their digits",
      severity: .note, remedy: "scale the layer, or keep it in bfloat16 or float32",
      evidence: [.init("share", share)])
  }
}
