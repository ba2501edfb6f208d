import SignalGraph
import Tensors
import Text

/// DED001.
enum DeadRectifiers: TensorRule {
  static let descriptor = RuleDescriptor(
    "DED001", "dead-relu",
    remedy: .any(.redraw, .advice("lower the learning rate if the model is trained")),
    .init(
      summary: "Units before a ReLU can never be positive.",
      rationale:
        "Their inputs are never negative, and their weights and biases are never positive: output "
        + "and gradient are always 0.",
      source: "Maas et al., ICML 2013 workshop; Lu et al., 2019 (dying ReLU)"))

  private static var rectified: LayerContext {
    var context = LayerContext()
    (context.seesNonNegative, context.isRectified) = (true, true)
    (context.fanIn, context.unitCount) = (8, 4)
    return context
  }

  static let examples: [RuleExample] = [
    .found(
      "unit 2 has only negative weights, between two ReLUs",
      [
        ExampleTensor("b/kernel", .kernel, [8, 4], .normal(seed: 3, deviation: 1)) { values in
          for row in 0..<8 { values[row * 4 + 2] = -abs(values[row * 4 + 2]) }
        }.placed(rectified)
      ]),
    .passed(
      "weights of both signs",
      [ExampleTensor("b/kernel", .kernel, [8, 4], .normal(seed: 3, deviation: 1)).placed(rectified)]),
    .passed(
      "inputs may be negative",
      [ExampleTensor("a/kernel", .kernel, [8, 4], .constant(-1)).placed(LayerContext())]),
  ]

  static var remoteConsequences: [any Rule.Type] { [BlockedGradient.self] }

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard let context = model.context(of: tensor), context.kind == .linear, context.seesNonNegative,
      context.isRectified,
      tensor.isMeasurable, let units = tensor.measurements.units,
      units.layout.units == context.unitCount, units.layout.inputs == context.fanIn
    else { return nil }
    let bias = context.bias.flatMap(model.tensor(ofWeight:)).map(\.measurements.sample)
    guard bias == nil || bias?.count == units.layout.units else { return nil }
    let dead = (0..<units.layout.units).filter { unit in
      units.largest[unit] <= 0 && units.squares[unit] > 0 && (bias?[unit] ?? 0) <= 0
    }
    guard let first = dead.first else { return nil }
    let count =
      dead.count == 1
      ? "unit \(first)"
      : "\(NumberText.count(dead.count)) of \(NumberText.count(units.layout.units)) units, the first of them "
        + "unit \(first),"
    let expectations = tensor.declaration?.expectations ?? []
    // Drawn again, it would be the same.
    let isDeclared = !expectations.isEmpty && expectations.allSatisfy { ($0.support?.upperBound ?? 1) <= 0 }
    let finding = Finding(
      descriptor, at: .tensor(tensor),
      "\(count) can never be positive: no input is negative, and no weight and no bias is positive",
      // Of a few weights all may be negative by chance.
      severity: units.layout.inputs < 32 && dead.count < units.layout.units
        || model.isTrained(tensor) && tensor.looksPruned ? .note : .warning,
      evidence: [.init("units", Double(dead.count))], isProof: true)
    return isDeclared ? finding.remedied(by: .all(.declareByActivation, .redraw)) : finding
  }
}
