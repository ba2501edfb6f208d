/// What the values of a tensor should look like, by its declaration: the reference of an audit.
package struct ValueExpectation: Sendable, Hashable {
  package enum Family: Sendable, Hashable {
    case constant(Double)
    case uniform
    case normal
    /// A normal cut at two standard deviations of its parent.
    case truncatedNormal
    case orthogonal
    /// Deterministic but not constant: an identity, a table, a filter bank.
    case structured
  }

  package let family: Family
  package let mean: Double
  /// The standard deviation of a single value.
  package let standardDeviation: Double
  /// Smallest and largest possible value, where there are such.
  package let support: ClosedRange<Double>?

  package init(
    family: Family, mean: Double, standardDeviation: Double, support: ClosedRange<Double>? = nil
  ) {
    self.family = family
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.support = support
  }

  package static func constant(_ value: Double) -> ValueExpectation {
    ValueExpectation(
      family: .constant(value), mean: value, standardDeviation: 0,
      support: value.isNaN ? nil : value...value)
  }

  /// Of the values times a positive factor.
  package func scaled(by factor: Double) -> ValueExpectation {
    if case .constant(let value) = family { return .constant(value * factor) }
    return ValueExpectation(
      family: family, mean: mean * factor, standardDeviation: standardDeviation * factor,
      support: support.flatMap { support in
        let (lower, upper) = (support.lowerBound * factor, support.upperBound * factor)
        return lower <= upper ? lower...upper : nil
      })
  }

  /// E w².
  package var meanSquare: Double { mean * mean + standardDeviation * standardDeviation }
}
