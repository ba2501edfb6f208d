import Tensors
import Text

/// DED002.
enum NegligibleUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    "DED002", "negligible-units", severity: .note,
    remedy: .any(.advice("prune them"), .advice("look for dying ReLUs and strong regularizers")),
    .init(
      summary: "Units of a trained kernel have almost no weight.",
      rationale: "Training has switched them off: the layer is effectively smaller than declared.",
      source: "Han et al., NIPS 2015"))

  static var remoteConsequences: [any Rule.Type] { [DeadChannels.self] }

  /// The units that training has switched off, zeros among them.
  static func units(of measured: UnitMeasurements) -> Set<Int> {
    let sorted = measured.squares.sorted()
    guard !sorted.isEmpty else { return [] }
    let bound = 1e-6 * sorted[sorted.count / 2]
    return Set(measured.squares.indices.filter { measured.squares[$0] < bound })
  }

  static let examples: [RuleExample] = [
    .found(
      "one unit at a millionth of the others' scale",
      [
        ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<16 { values[row * 8 + 2] *= 1e-6 }
        }
      ], assumed: .trained),
    .passed(
      "units of one scale",
      [
        ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1))
      ], assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isKernel, tensor.isMeasurable, let units = tensor.measurements.units
    else { return nil }
    // Units of zeros are pruned ones, which another rule reports.
    let count = Self.units(of: units).count { units.squares[$0] > 0 }
    guard count > 0 else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(count)) of \(NumberText.count(units.squares.count)) units have a norm below a "
        + "thousandth of the median norm",
      evidence: [.init("units", Double(count))])
  }
}
