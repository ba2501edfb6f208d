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

  /// How many units in a row see the same inputs: those of a grouped convolution see a part of the channels
  /// each. Without an architecture, filters of one channel may be such.
  private static func groupSize(_ tensor: AuditedTensor, _ layout: UnitLayout, in model: AuditedModel) -> Int
  {
    if let context = model.context(of: tensor), context.kind == .linear, context.unitCount > 0 {
      return context.unitCount
    }
    let dimensions = tensor.spec.shape.dimensions
    let isOneChannel = dimensions.count > 2 && dimensions[dimensions.count - 2] == 1
    return model.measuredGraph == nil && isOneChannel ? 1 : max(1, layout.units)
  }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units
    else { return nil }
    let size = groupSize(tensor, units.layout, in: model)
    let similar = units.similar.filter { $0.first / size == $0.second / size }
    guard let closest = similar.max(by: { abs($0.cosine) < abs($1.cosine) }) else { return nil }
    // Copies of a unit are compared once.
    let found = Set(similar.flatMap { [units.fingerprints[$0.first], units.fingerprints[$0.second]] })
    let involved = units.fingerprints.count { found.contains($0) }
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
