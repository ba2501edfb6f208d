import Tensors

/// SYM004.
enum ParallelUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SYM004", name: "parallel-units",
    summary: "Units of a kernel point the same way, or away from each other.",
    rationale: "Parallel units see the same feature: one of them is wasted.",
    remedy: "initialise the layer again: wtool init --only LAYER", source: "Goodfellow et al. (2016), §8.4")

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
      "in three dimensions chance does that",
      [
        ExampleTensor("d/kernel", .kernel, [3, 64], .normal(seed: 1, deviation: 1))
      ], assumed: .fresh),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units,
      let closest = units.similar.max(by: { abs($0.cosine) < abs($1.cosine) })
    else { return nil }
    let involved = Set(units.similar.flatMap { [$0.first, $0.second] }).count
    let direction = closest.cosine < 0 ? "away from each other" : "the same way"
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(involved)) of \(Numbers.count(units.layout.units)) units are parallel: units \(closest.first) and "
        + "\(closest.second) point \(direction), with a cosine of \(Numbers.cosine(closest.cosine))",
      severity: model.isFresh(tensor) ? .warning : .note,
      evidence: [.init("cosine", closest.cosine), .init("units", Double(involved))])
  }
}
