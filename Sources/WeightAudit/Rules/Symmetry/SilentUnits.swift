import Tensors
import Text

/// SYM006.
enum SilentUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM006", "silent-units",
    remedy: .any(.advice("remove them"), .redraw),
    .init(
      summary: "Units of a kernel that is not zero have no weight other than 0.",
      rationale: "They see nothing of their inputs: their output is their bias.",
      source: "Goodfellow et al. (2016), §8.4"))

  static var consequences: [any Rule.Type] {
    [NegligibleUnits.self]
  }

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

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    // A unit of LoRA that was not used keeps the zeros that it started with.
    guard tensor.isKernel, !tensor.variable.hasPrefix("lora_"), tensor.isMeasurable,
      tensor.measurements.constant == nil,
      let units = tensor.measurements.units, declaresNoZeros(tensor)
    else { return nil }
    let silent = units.squares.indices.filter { units.squares[$0] == 0 }
    guard let first = silent.first else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(silent.count)) of \(NumberText.count(units.layout.units)) units have no weight "
        + "other than 0, the first of them unit \(first)",
      severity: model.isTrained(tensor) && tensor.looksPruned ? .note : nil,
      evidence: [.init("units", Double(silent.count))], isProof: true)
  }

  /// Whether its initializer makes no units of zeros, as an identity with more units than inputs does.
  private static func declaresNoZeros(_ tensor: AuditedTensor) -> Bool {
    tensor.declaration?.expectations.contains { $0.family == .structured } != true
  }
}
