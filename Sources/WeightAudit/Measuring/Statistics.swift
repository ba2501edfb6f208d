import SignalGraph

/// Probabilities that tests of values are judged by.
enum Statistics {
  /// Both tails of χ² with `count` degrees of freedom: 2 · min(P, Q).
  static func chiSquareTwoSided(_ statistic: Double, count: Int) -> Double {
    let (lower, upper) = chiSquareTails(statistic, count: count)
    return min(1, 2 * min(lower, upper))
  }

  /// P(χ² ≤ statistic) and P(χ² ≥ statistic).
  ///
  /// By the regularized incomplete gamma function; above 20,000 degrees of freedom by the cube-root
  /// approximation of Wilson & Hilferty, 1931.
  static func chiSquareTails(_ statistic: Double, count: Int) -> (lower: Double, upper: Double) {
    guard statistic > 0 else { return (0, 1) }
    let freedom = Double(count)
    guard count <= 20_000 else {
      let variance = 2 / (9 * freedom)
      let z = (Elementary.power(statistic / freedom, 1.0 / 3) - (1 - variance)) / variance.squareRoot()
      return (normalUpper(-z), normalUpper(z))
    }
    return incompleteGamma(freedom / 2, statistic / 2)
  }

  /// P(Z ≥ z).
  static func normalUpper(_ z: Double) -> Double { Elementary.complementaryError(z / 2.0.squareRoot()) / 2 }

  static func normalTwoSided(_ z: Double) -> Double {
    Elementary.complementaryError(abs(z) / 2.0.squareRoot())
  }

  /// A bound on the chance that an empirical distribution of `count` values is that far from the true one.
  /// Massart, 1990: it holds for every count.
  static func kolmogorovBound(distance: Double, count: Int) -> Double {
    min(1, 2 * Elementary.exponential(-2 * Double(count) * distance * distance))
  }

  /// The regularized incomplete gamma functions P(a, x) and Q(a, x): a series below a + 1, a continued
  /// fraction above.
  private static func incompleteGamma(_ a: Double, _ x: Double) -> (Double, Double) {
    let scale = Elementary.exponential(a * Elementary.logarithm(x) - x - Elementary.logarithmOfGamma(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      for _ in 0..<10_000 {
        n += 1
        term *= x / n
        sum += term
        if term < sum * 1e-16 { break }
      }
      let lower = min(1, sum * scale)
      return (lower, 1 - lower)
    }
    // Lentz's method.
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1..<10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = an * d + b
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      let delta = d * c
      h *= delta
      if abs(delta - 1) < 1e-15 { break }
    }
    let upper = min(1, h * scale)
    return (1 - upper, upper)
  }

  /// Sorts numbers that are about evenly spread over a range in a time that grows as their number does: each
  /// goes to the part of the range that is its, and only within a part are they compared.
  static func sorted(_ values: [Double], within range: ClosedRange<Double>) -> [Double] {
    let width = range.upperBound - range.lowerBound
    let scale = Double(values.count) / width
    guard values.count > 64, width > 0, scale > 0, scale.isFinite,
      values.allSatisfy({ range.contains($0) })
    else { return values.sorted() }
    func part(_ value: Double) -> Int { min(Int((value - range.lowerBound) * scale), values.count - 1) }
    var ends = [Int](repeating: 0, count: values.count)
    for value in values { ends[part(value)] += 1 }
    for index in 1..<ends.count { ends[index] += ends[index - 1] }
    let starts = [0] + ends.dropLast()
    var sorted = values
    for value in values.reversed() {
      let place = part(value)
      ends[place] -= 1
      sorted[ends[place]] = value
    }
    for (index, start) in starts.enumerated() {
      let end = index + 1 < starts.count ? starts[index + 1] : sorted.count
      if end - start > 1 { sorted[start..<end].sort() }
    }
    return sorted
  }
}
