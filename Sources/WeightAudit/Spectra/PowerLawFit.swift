import SignalGraph

/// The power law that fits the tail of a spectrum best, as WeightWatcher 0.7.7 fits it.
///
/// For each eigenvalue as the beginning of the tail, the exponent of greatest likelihood; of these, the one
/// whose distribution is nearest to that of the tail. Clauset, Shalizi & Newman, SIAM Review 51, 2009;
/// Martin, Peng & Mahoney, Nature Communications 12, 2021.
package struct PowerLawFit: Sendable, Hashable {
  /// The exponent α of the density λ^−α.
  package let alpha: Double
  /// The standard error of α.
  package let sigma: Double
  /// The distance of Kolmogorov and Smirnov between the tail and the law.
  package let distance: Double
  /// Where the tail begins.
  package let tailStart: Double
  /// How many eigenvalues are in the tail.
  package let tailCount: Int

  /// Smaller eigenvalues are not looked at.
  static let least = 1e-5
  /// Fewer eigenvalues than these are fitted with a correction for their small number.
  static let smallCount = 20
  /// So few eigenvalues are no tail, where there are few.
  private static let smallTail = 8

  /// The result is `nil` for fewer than two eigenvalues, or such as are all the same.
  ///
  /// - Parameter eigenvalues: in increasing order.
  init?(_ eigenvalues: [Double]) {
    let values = eigenvalues.filter { $0 > Self.least }
    guard values.count > 1, let last = values.last, last.isFinite else { return nil }
    let logarithms = values.map(Elementary.logarithm)
    var sums = [Double](repeating: 0, count: values.count + 1)
    for index in values.indices.reversed() { sums[index] = sums[index + 1] + logarithms[index] }
    let isSmall = values.count < Self.smallCount
    var best: (index: Int, alpha: Double, distance: Double)?
    var least = Double.infinity
    for start in values.indices.dropLast() {
      let count = values.count - start
      if isSmall, count < Self.smallTail { break }
      guard let alpha = Self.exponent(logarithms, sums, start, isSmall: isSmall) else { continue }
      let distance = Self.distance(logarithms, start, alpha)
      if distance < least { (best, least) = ((start, alpha, distance), distance) }
    }
    if best == nil, isSmall, let alpha = Self.exponent(logarithms, sums, 0, isSmall: true) {
      best = (0, alpha, Self.distance(logarithms, 0, alpha))
    }
    guard let best else { return nil }
    alpha = best.alpha
    distance = best.distance
    tailStart = values[best.index]
    tailCount = values.count { $0 >= values[best.index] }
    sigma = (best.alpha - 1) / Double(values.count - best.index).squareRoot()
  }

  /// The exponent of greatest likelihood for the tail from an eigenvalue on; `nil` if it is flat.
  private static func exponent(
    _ logarithms: [Double], _ sums: [Double], _ start: Int, isSmall: Bool
  ) -> Double? {
    let count = Double(logarithms.count - start)
    let sum = sums[start] - count * logarithms[start]
    guard sum > 1e-12 else { return nil }
    return 1 + (isSmall ? count - 1 : count) / sum
  }

  private static func distance(_ logarithms: [Double], _ start: Int, _ alpha: Double) -> Double {
    let count = Double(logarithms.count - start)
    var largest = 0.0
    for index in start..<logarithms.count {
      let law = 1 - Elementary.exponential((1 - alpha) * (logarithms[index] - logarithms[start]))
      largest = max(largest, abs(law - Double(index - start) / count))
    }
    return largest
  }
}
