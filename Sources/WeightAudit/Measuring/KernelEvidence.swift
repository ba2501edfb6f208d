import Tensors

/// What a kernel's values tell of where they come from, at whatever scale.
///
/// Initializers draw independent values of one shape: a uniform, a normal or a truncated normal. What
/// training adds to them has another shape, and differs from unit to unit.
struct KernelEvidence {
  /// How the deviation compares with the declared one.
  private let ratio: Double
  /// The probability that independent values of the declared distribution have such a deviation.
  private let probability: Double
  private let isBeyondSupport: Bool
  /// The mean fourth power of the standardized values.
  private let kurtosis: Double
  private let count: Int
  private let family: ValueExpectation.Family
  /// Whether the deviation is that of another usual initializer.
  private let matchesAlternative: Bool
  /// Whether units, or inputs, differ more in their lengths than independent values let them.
  private let isUneven: Bool

  /// Evidence is there of a kernel that is declared to be drawn, and that has more than one value.
  init?(_ tensor: AuditedTensor) {
    guard tensor.measurements.constant == nil, let judged = DeclaredVariance.ratio(of: tensor),
      let declared = tensor.declaration?.expectations.first(where: \.isDrawn)
    else { return nil }
    (ratio, probability, family) = (judged.ratio, judged.probability, declared.family)
    isBeyondSupport = DeclaredSupport.excess(of: tensor) != nil
    let sample = tensor.measurements.sample
    count = sample.count
    let mean = sample.reduce(0, +) / Double(max(count, 1))
    let (square, fourth) = sample.reduce(into: (0.0, 0.0)) { sums, value in
      let difference = (value - mean) * (value - mean)
      sums.0 += difference
      sums.1 += difference * difference
    }
    kurtosis = square > 0 ? fourth * Double(count) / (square * square) : 0
    let deviation = tensor.measurements.standardDeviation
    matchesAlternative =
      tensor.declaration?.alternatives.contains {
        abs($0.deviation / max(deviation, .leastNormalMagnitude) - 1) < 0.05
      } ?? false
    isUneven = Self.isUneven(tensor, kurtosis: kurtosis)
  }

  /// Whether it is no sample of its declared distribution.
  var departs: Bool { probability < DeclaredVariance.significance || isBeyondSupport }

  /// Whether it is no sample of any usual initializer either, at no scale.
  var looksTrained: Bool {
    guard departs else { return false }
    if isUneven { return true }
    guard !matchesAlternative, !has(family) else { return false }
    // A normal at quite another scale was set by someone, not found by an optimizer.
    return !((ratio >= 2 || ratio <= 0.5) && [.normal, .truncatedNormal, .uniform].contains(where: has))
  }

  /// Whether the kurtosis is that of a sample of a family, whatever its scale.
  private func has(_ family: ValueExpectation.Family) -> Bool {
    // The kurtosis of each family, and the variance of a sample's times the number of values.
    let (expected, variance): (Double, Double)
    switch family {
    case .uniform: (expected, variance) = (1.8, 1.317)
    case .truncatedNormal: (expected, variance) = (2.366, 3.848)
    case .normal: (expected, variance) = (3, 24)
    case .constant, .orthogonal, .structured: return false
    }
    return abs(kurtosis - expected) <= 4.5 * (variance / Double(max(count, 1))).squareRoot()
  }

  /// Whether the units, or the inputs, have lengths that differ more than those of independent values.
  private static func isUneven(_ tensor: AuditedTensor, kurtosis: Double) -> Bool {
    let measurements = tensor.measurements
    if let units = measurements.units,
      isUneven(units.squares, of: units.layout.inputs, kurtosis: kurtosis)
    {
      return true
    }
    guard measurements.sample.count == measurements.count,
      let layout = UnitLayout(tensor.spec.shape.dimensions)
    else { return false }
    var inputs = [Double](repeating: 0, count: layout.inputs)
    for (element, value) in measurements.sample.enumerated() {
      inputs[layout.input(of: element)] += value * value
    }
    return isUneven(inputs, of: layout.units, kurtosis: kurtosis)
  }

  private static func isUneven(_ squares: [Double], of terms: Int, kurtosis: Double) -> Bool {
    guard squares.count > 2, terms > 2, kurtosis > 1 else { return false }
    let mean = squares.reduce(0, +) / Double(squares.count)
    guard mean > 0, mean.isFinite else { return false }
    let spread = squares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let expected = (kurtosis - 1) / Double(terms) * mean * mean
    return Statistics.chiSquareTails(spread / expected, count: squares.count - 1).upper < 1e-9
  }
}

extension AuditedTensor {
  /// Whether it is a kernel that is a sample of no usual initializer, as training leaves it.
  package var looksTrained: Bool { KernelEvidence(self)?.looksTrained == true }
}
