import SignalGraph
import Tensors
import Text

/// SYM003.
enum IdenticalUnits: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM003", "duplicate-units",
    remedy: .all(.redraw),
    .init(
      summary: "Units of a kernel have bit-for-bit the same weights.",
      rationale:
        "Equal units compute the same: the layer is no better than a smaller one, unless later "
        + "weights differ.",
      source: "Goodfellow et al. (2016), §8.4"))

  static var consequences: [any Rule.Type] {
    [ParallelUnits.self, RankDeficiency.self, DeclaredVariance.self, DiscretizedValues.self]
  }

  static let examples: [RuleExample] = [
    .found(
      "two of eight units are the same",
      [
        ExampleTensor("a/kernel", .kernel, [8, 8], .normal(seed: 4, deviation: 1)) { values in
          for row in 0..<8 { values[row * 8 + 1] = values[row * 8] }
        }
      ]),
    .found(
      "units 3 and 7 are the same",
      [
        ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<16 { values[row * 8 + 7] = values[row * 8 + 3] }
        }
      ]),
    .passed("random units", [ExampleTensor("d/kernel", .kernel, [16, 8], .normal(seed: 1, deviation: 1))]),
    .passed(
      "units of one weight, which are equal by chance",
      [
        ExampleTensor("d/kernel", .kernel, [1, 8], .list([1, 2, 3, 4, 5, 6, 7, 1]))
      ]),
    .passed(
      "units of zeros, which are another rule's",
      [
        ExampleTensor("d/kernel", .kernel, [16, 4], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<16 { (values[row * 4], values[row * 4 + 1]) = (0, 0) }
        }
      ]),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, let units = tensor.measurements.units,
      tensor.measurements.constant == nil
    else { return nil }
    let groups = units.identical
    guard !groups.isEmpty, chance(tensor, units.layout, groups) < 1e-6 else { return nil }
    let count = groups.reduce(0) { $0 + $1.count }
    let first =
      "units " + groups[0].prefix(4).map(String.init).joined(separator: ", ")
      + (groups[0].count > 4 ? " …" : "")
    let more = groups.count > 1 ? " and \(NumberText.counted(groups.count - 1, "more group"))" : ""
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(count)) of \(NumberText.count(units.layout.units)) units are copies: "
        + "\(first)\(more)",
      evidence: [.init("units", Double(count)), .init("groups", Double(groups.count))], isProof: true)
  }

  /// A bound on the chance that any two random units agree in all bits.
  private static func chance(_ tensor: AuditedTensor, _ layout: UnitLayout, _ groups: [[Int]]) -> Double {
    let measured = tensor.measurements
    // Rounded or quantized values agree more easily than a mantissa's bits tell.
    let mantissa: Double =
      switch tensor.spec.dtype {
      case .float16: 10
      case .bfloat16: 7
      default: 23
      }
    let distinct = Elementary.logarithm(Double(max(1, measured.distinctCount))) / Elementary.logarithm(2)
    // Copies bring no values of their own.
    let copies = groups.reduce(0) { $0 + $1.count - 1 }
    let originals = Double(layout.units - copies) / Double(layout.units)
    let isContinuous = Double(measured.distinctCount) > 0.95 * originals * Double(measured.sample.count)
    let bits = isContinuous ? mantissa : min(mantissa, distinct / 2)
    let pairs = Double(layout.units) * Double(layout.units - 1) / 2
    return pairs * Elementary.power(2, -bits * Double(layout.inputs))
  }
}
