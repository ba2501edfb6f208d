import Tensors

/// SYM006.
enum SilentUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "SYM006", name: "silent-units",
    summary: "Units of a kernel that is not zero have weights of zero only.",
    rationale: "They see nothing of their inputs: what they compute is their bias.",
    remedy: "remove them, or initialise the layer again: wtool init --only LAYER",
    source: "Goodfellow et al. (2016), §8.4", explains: ["DED002"])

  static let examples: [RuleExample] = [
    .found(
      "unit 2 is zero",
      [
        ExampleTensor("d/kernel", .kernel, [16, 4], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<16 { values[row * 4 + 2] = 0 }
        }
      ]),
    .passed(
      "a zero here and there",
      [
        ExampleTensor("d/kernel", .kernel, [16, 4], .normal(seed: 1, deviation: 1)) { $0[2] = 0 }
      ]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, tensor.measurements.constant == nil,
      let units = tensor.measurements.units, declaresNoZeros(tensor)
    else { return nil }
    let silent = units.squares.indices.filter { units.squares[$0] == 0 }
    guard let first = silent.first else { return nil }
    return Finding(
      descriptor, tensor,
      "\(Numbers.count(silent.count)) of \(Numbers.count(units.layout.units)) units have no weight other than 0, the "
        + "first of them unit \(first)",
      evidence: [.init("units", Double(silent.count))], isProof: true)
  }

  /// An identity of more units than inputs has such columns.
  private static func declaresNoZeros(_ tensor: AuditedTensor) -> Bool {
    tensor.declaration?.expectations.contains { $0.family == .structured } != true
  }
}
