import SignalGraph
import Tensors

/// DED001.
enum DeadRectifiers: TensorRule {
  static let descriptor = RuleDescriptor(
    id: "DED001", name: "dead-relu",
    summary: "Units before a ReLU can never be above zero.",
    rationale:
      "Their inputs are never negative and their weights and biases never positive: no output, no gradient.",
    remedy: "initialise the layer again: wtool init --only LAYER; of a trained model lower the learning rate",
    source: "Maas et al., ICML 2013 workshop; Lu et al., 2019 (dying ReLU)")

  private static var rectified: AuditedTensor.Surroundings {
    var surroundings = AuditedTensor.Surroundings()
    (surroundings.seesNonNegative, surroundings.isRectified) = (true, true)
    (surroundings.fanIn, surroundings.unitCount) = (8, 4)
    return surroundings
  }

  static let examples: [RuleExample] = [
    .found(
      "unit 2 has negative weights only, behind a ReLU and before one",
      [
        ExampleTensor("b/kernel", .kernel, [8, 4], .normal(seed: 3, deviation: 1), surroundings: rectified) {
          values in
          for row in 0..<8 { values[row * 4 + 2] = -abs(values[row * 4 + 2]) }
        }
      ]),
    .passed(
      "mixed signs",
      [ExampleTensor("b/kernel", .kernel, [8, 4], .normal(seed: 3, deviation: 1), surroundings: rectified)]),
    .passed(
      "inputs may be negative",
      [
        ExampleTensor(
          "a/kernel", .kernel, [8, 4], .constant(-1), surroundings: AuditedTensor.Surroundings())
      ]),
  ]

  static func finding(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard let surroundings = tensor.surroundings, surroundings.seesNonNegative, surroundings.isRectified,
      tensor.isMeasurable, let units = tensor.measurements.units,
      units.layout.units == surroundings.unitCount, units.layout.inputs == surroundings.fanIn
    else { return nil }
    let bias = surroundings.bias.map { model.tensors[$0].measurements.sample }
    guard bias == nil || bias?.count == units.layout.units else { return nil }
    let dead = (0..<units.layout.units).filter { unit in
      units.largest[unit] <= 0 && units.squares[unit] > 0 && (bias?[unit] ?? 0) <= 0
    }
    guard let first = dead.first else { return nil }
    let count =
      dead.count == 1
      ? "unit \(first)"
      : "\(Numbers.count(dead.count)) of \(Numbers.count(units.layout.units)) units, the first of them \(first),"
    return Finding(
      descriptor, tensor,
      "\(count) can never be above zero: no input is negative, no weight and no bias is positive",
      // Of a few weights all may be negative by chance.
      severity: units.layout.inputs < 32 && dead.count < units.layout.units ? .note : .warning,
      evidence: [.init("units", Double(dead.count))], isProof: true)
  }
}
