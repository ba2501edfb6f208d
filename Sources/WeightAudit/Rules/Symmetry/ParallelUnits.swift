import Tensors
import Text

/// SYM004.
enum ParallelUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM004", "parallel-units",
    remedy: .all(.redraw),
    .init(
      summary: "Units of a kernel point in the same direction, or in opposite ones.",
      rationale: "Parallel units detect the same feature: one of them is wasted.",
      source: "Goodfellow et al. (2016), §8.4"))

  static let examples: [RuleExample] = [
    .found(
      "a sign-flipped unit",
      [
        ExampleTensor("d/kernel", .kernel, [64, 8], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<64 { values[row * 8 + 7] = -values[row * 8 + 3] }
        }
      ], assumed: .fresh),
    .found(
      "a scaled copy with a little noise",
      [
        ExampleTensor("d/kernel", .kernel, [64, 8], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<64 { values[row * 8 + 7] = values[row * 8 + 3] * 2 + 0.01 * values[row * 8] }
        }
      ], assumed: .fresh),
    .passed(
      "random units",
      [
        ExampleTensor("d/kernel", .kernel, [64, 8], .normal(seed: 1, deviation: 1))
      ], assumed: .fresh),
    .passed(
      "units of three weights, which are parallel by chance",
      [
        ExampleTensor("d/kernel", .kernel, [3, 64], .normal(seed: 1, deviation: 1))
      ], assumed: .fresh),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units,
      let closest = units.similar.max(by: { abs($0.cosine) < abs($1.cosine) })
    else { return nil }
    let involved = Set(units.similar.flatMap { [$0.first, $0.second] }).count
    let direction = closest.cosine < 0 ? "in opposite directions" : "in the same direction"
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(involved)) of \(NumberText.count(units.layout.units)) units are parallel: units "
        + "\(closest.first) and "
        + "\(closest.second) point \(direction), with a cosine of \(ReportNumber.cosine(closest.cosine))",
      severity: model.isFresh(tensor) ? .warning : .note,
      evidence: [.init("cosine", closest.cosine), .init("units", Double(involved))])
  }
}
