import Tensors
import Text

/// DST003.
enum DiscretizedValues: TensorRule {
  static let descriptor = RuleDescriptor(
    "DST003", "discretized-values", formerNames: ["discretised-values"],
    remedy: .all(.advice("keep the full-precision weights for training")),
    .init(
      summary: "A kernel has few distinct values.",
      rationale:
        "Rounded or ternary weights cannot follow small gradient steps: the kernel looks quantized, "
        + "pruned or collapsed.",
      source: "A random float32 in 2²³ steps repeats itself in less than 0.1 % of 4,096 draws"))

  static var consequences: [any Rule.Type] {
    [DistributionFamily.self, DeclaredSupport.self]
  }

  private static let count = 4096

  static let examples: [RuleExample] = [
    .found(
      "ternary weights",
      [
        ExampleTensor("d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 1)) { values in
          values = values.map { $0 > 0.5 ? 1 : $0 < -0.5 ? -1 : 0 }
        }
      ]),
    .passed(
      "random weights", [ExampleTensor("d/kernel", .kernel, [16, 16], .normal(seed: 1, deviation: 1))]),
    .passed(
      "half precision, which has few values",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1)).stored(as: .float16)
      ]),
  ]

  /// Whether it is one value on a diagonal.
  private static func isIdentity(_ measured: TensorMeasurements) -> Bool {
    guard let layout = measured.units?.layout, measured.sample.count == measured.count else { return false }
    return measured.constant == nil && !measured.hasThreeValues
      && measured.count - measured.zeroCount == min(layout.inputs, layout.units)
  }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, [.float32, .float64].contains(tensor.spec.dtype),
      tensor.measurements.count >= 64, tensor.measurements.constant == nil,
      tensor.declaration?.expectations.contains(where: { $0.family == .structured }) != true
    else { return nil }
    let sample = tensor.measurements.sample.prefix(count)
    let distinct = Set(sample.map(\.bitPattern)).count
    guard Double(distinct) < 0.5 * Double(sample.count), !isIdentity(tensor.measurements) else { return nil }
    let zeros = Double(tensor.measurements.zeroCount) / Double(tensor.measurements.count)
    let pruned =
      zeros > 0.3 ? ", \(ReportNumber.percent(zeros)) of all weights are 0: the kernel looks pruned" : ""
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(distinct)) distinct values among \(NumberText.count(sample.count))\(pruned)",
      evidence: [.init("distinct", Double(distinct)), .init("zeros", zeros)])
  }
}
