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
        "Rounded or ternary weights cannot follow small gradient steps. A warning of fresh weights; of "
        + "others a note that says what they look like: pruned, clipped or rounded.",
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

  /// So many values are those of a quantizer of four bits.
  private static let fewLevels = 16

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
    guard Double(distinct) < 0.5 * Double(sample.count), !isIdentity(tensor.measurements),
      !hasEqualUnits(tensor.measurements)
    else { return nil }
    let zeros = Double(tensor.measurements.zeroCount) / Double(tensor.measurements.count)
    let look = look(tensor.measurements, Array(sample), zeros: zeros).map { ", \($0)" } ?? ""
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(distinct)) distinct values among \(NumberText.count(sample.count))\(look)",
      severity: model.isFresh(tensor) ? .warning : .note,
      evidence: [.init("distinct", Double(distinct)), .init("zeros", zeros)])
  }

  /// Whether the values repeat themselves because units or the weights of a unit do, which other rules say.
  private static func hasEqualUnits(_ measured: TensorMeasurements) -> Bool {
    guard let units = measured.units else { return false }
    let count = Double(units.layout.inputs)
    let isConstant = units.squares.indices.allSatisfy { unit in
      let mean = units.sums[unit] / count
      return abs(units.squares[unit] - count * mean * mean) <= 1e-6 * units.squares[unit]
    }
    return isConstant || Set(units.fingerprints).count * 2 <= units.fingerprints.count
  }

  /// What was done to the values; `nil` if that cannot be told.
  private static func look(_ measured: TensorMeasurements, _ sample: [Double], zeros: Double) -> String? {
    let levels = measured.sample.count == measured.count ? Set(measured.sample.map(\.bitPattern)).count : .max
    if levels <= fewLevels { return "the kernel looks quantized to \(levels) values" }
    if zeros > AuditedTensor.prunedShare {
      return "\(ReportNumber.percent(zeros)) of all weights are 0: the kernel looks pruned"
    }
    let limit = measured.maximumMagnitude
    let clipped = Double(sample.count { abs($0) == limit }) / Double(sample.count)
    if clipped > 0.1 {
      return "\(ReportNumber.percent(clipped)) are at ±\(ReportNumber.short(limit)): the kernel looks clipped"
    }
    let steps = zip(Set(sample).sorted(), Set(sample).sorted().dropFirst()).map { $1 - $0 }
    guard let step = steps.min(), step > 0, sample.allSatisfy({ isMultiple($0, of: step) }) else {
      return nil
    }
    return "all multiples of \(ReportNumber.short(step)): the kernel looks rounded, as quantization does"
  }

  private static func isMultiple(_ value: Double, of step: Double) -> Bool {
    let ratio = value / step
    return abs(ratio - ratio.rounded()) < 0.01
  }
}
