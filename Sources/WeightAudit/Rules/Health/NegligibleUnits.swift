import Tensors

/// DED002.
enum NegligibleUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DED002", name: "negligible-units", severity: .note,
    summary: "Units of a trained kernel are nearly switched off.",
    rationale: "Training has driven them out of use: the layer is smaller than it looks.",
    remedy: "prune them, or look for dying ReLUs and strong regularizers", source: "Han et al., NIPS 2015")

  static let examples: [RuleExample] = [
    .found(
      "a unit of 1e-6",
      [
        ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<16 { values[row * 8 + 2] *= 1e-6 }
        }
      ], assumed: .trained),
    .passed(
      "units alike",
      [
        ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1))
      ], assumed: .trained),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isKernel, tensor.isMeasurable, let units = tensor.measurements.units
    else { return nil }
    let sorted = units.squares.sorted()
    let median = sorted[sorted.count / 2]
    let count = units.squares.filter { $0 > 0 && $0 < 1e-6 * median }.count
    guard count > 0 else { return nil }
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(count)) of \(Numbers.count(sorted.count)) units have a norm below a thousandth of the median's",
      evidence: [.init("units", Double(count))])
  }
}
