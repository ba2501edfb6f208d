import SignalGraph
import Tensors

/// SYM005.
enum RankDeficiency: TensorRule {
  static let descriptor = RuleDescriptor(
    "SYM005", "rank-deficiency",
    remedy: .all(.redraw),
    .init(
      summary: "A fresh kernel has far fewer independent directions than units.",
      rationale: "Units that are mixtures of a few others add nothing to them.",
      source: "Marchenko & Pastur, 1967; Hutchinson, 1990"))

  /// The effective rank, as a share of a random matrix's, below which it is reported.
  static let threshold = 0.25

  static let examples: [RuleExample] = [
    .found(
      "every unit is a mixture of two",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1)) { values in
          for row in 0..<64 {
            for unit in 2..<64 {
              let angle = Double(unit)
              values[row * 64 + unit] =
                Elementary.cosine(angle) * values[row * 64] + Elementary.cosine(angle * 7)
                * values[row * 64 + 1]
            }
          }
        }
      ], assumed: .fresh),
    .passed(
      "random units",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1))
      ], assumed: .fresh),
    .passed(
      "a trained kernel, which is often of low rank",
      [
        ExampleTensor("d/kernel", .kernel, [64, 64], .normal(seed: 1, deviation: 1)) { values in
          for index in values.indices where index % 64 > 1 { values[index] = values[index / 64 * 64] }
        }
      ], assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard tensor.isKernel, tensor.isMeasurable, model.isFresh(tensor), tensor.measurements.constant == nil,
      let units = tensor.measurements.units, min(units.layout.inputs, units.layout.units) >= 8,
      let rank = exactRank(tensor.measurements, units) ?? effectiveRank(units)
    else { return nil }
    let (inputs, count) = (Double(units.layout.inputs), Double(units.layout.units))
    // A random matrix has 1 / (1/d + 1/u) of them.
    let share = rank * (1 / inputs + 1 / count)
    guard share < threshold else { return nil }
    return Finding(
      descriptor, at: .tensor(tensor),
      "the effective rank is \(ReportNumber.short(rank)), \(ReportNumber.percent(share)) of a random "
        + "kernel's of this shape",
      evidence: [.init("effective_rank", rank), .init("share", share)])
  }

  /// The same of all pairs of units, where the whole kernel is at hand and they are few.
  private static func exactRank(_ measured: TensorMeasurements, _ units: UnitMeasurements) -> Double? {
    let (inputs, count) = (units.layout.inputs, units.layout.units)
    guard units.layout.inner == 1, measured.sample.count == measured.count, measured.count * count <= 1 << 22
    else { return nil }
    let columns = (0..<count).filter { units.squares[$0] > 0 }.map { unit in
      let norm = units.squares[unit].squareRoot()
      return (0..<inputs).map { measured.sample[$0 * count + unit] / norm }
    }
    var squared = Double(columns.count)
    for (index, one) in columns.enumerated() {
      for other in columns[..<index] {
        var product = 0.0
        for input in 0..<inputs { product += one[input] * other[input] }
        squared += 2 * product * product
      }
    }
    return columns.isEmpty ? nil : Double(columns.count * columns.count) / squared
  }

  /// (tr G)² / tr G² for G = W Wᵀ with units of norm one, so that a large unit does not hide the others; the
  /// second trace by Hutchinson's estimate over pairs of random projections.
  private static func effectiveRank(_ units: UnitMeasurements) -> Double? {
    let trace = Double(units.squares.count { $0 > 0 })
    var squared = 0.0
    var pairs = 0
    for one in 0..<UnitMeasurements.projectionCount {
      for other in 0..<one {
        var product = 0.0
        for unit in 0..<units.layout.units where units.squares[unit] > 0 {
          product += units.projection(one, unit) * units.projection(other, unit) / units.squares[unit]
        }
        squared += product * product
        pairs += 1
      }
    }
    let mean = squared / Double(pairs)
    return mean > 0 && trace > 0 ? trace * trace / mean : nil
  }
}
