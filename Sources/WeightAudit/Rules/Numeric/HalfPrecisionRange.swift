import Tensors

/// NUM004.
enum HalfPrecisionRange: TensorRule {
  static let descriptor = RuleDescriptor(
    "NUM004", "half-precision-range",
    remedy: .any(.advice("clip it"), .advice("keep the layer in float32")),
    .init(
      summary: "A value does not fit into float16.",
      rationale: "Converted to half precision, for mixed precision or for a device, it becomes infinite.",
      source: "IEEE 754-2019, §3.3; Micikevicius et al., ICLR 2018"))

  /// The largest float16.
  static let limit = 65_504.0

  static let examples: [RuleExample] = [
    .found(
      "a running variance of 100,000",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 2, 100_000, 3]))
      ]),
    .passed(
      "65,504, the largest float16",
      [ExampleTensor("bn/moving_variance", .statistic, [2], .list([1, 65_504]))]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    let largest = tensor.measurements.maximumMagnitude
    guard tensor.spec.dtype.isFloatingPoint else { return nil }
    guard largest > limit else { return model.targetDType == .float16 ? underflow(tensor) : nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the largest magnitude is \(ReportNumber.short(largest)), but that of float16 is 65,504",
      // What data was measured to be is as large as the data is; only half precision minds.
      severity: tensor.role == .statistic && model.targetDType != .float16 ? .note : nil,
      evidence: [.init("maximum", largest)], isProof: true)
  }

  /// The smallest normal float16, below which precision is lost.
  private static let smallest = 6.103515625e-5

  private static func underflow(_ tensor: AuditedTensor) -> Finding? {
    let values = tensor.measurements.sample.filter { $0 != 0 && $0.isFinite }
    let small = values.filter { abs($0) < smallest }.count
    guard values.count >= 100, Double(small) > 0.01 * Double(values.count) else { return nil }
    let share = Double(small) / Double(values.count)
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(ReportNumber.short(100 * share)) % of the values are below 6.1e-5: float16 loses precision there",
      severity: .note, evidence: [.init("share", share)]
    ).remedied(by: .any(.advice("scale the layer"), .advice("keep it in bfloat16 or float32")))
  }
}
