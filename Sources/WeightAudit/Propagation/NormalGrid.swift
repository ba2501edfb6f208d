import SignalGraph

/// Points and weights for expectations under a normal distribution.
struct NormalGrid {
  private let center: Double
  private let deviation: Double
  private let points: [Double]
  private let weights: [Double]

  init(mean: Double, variance: Double) {
    center = mean
    let deviation = variance.squareRoot()
    self.deviation = deviation
    guard deviation > 0 else {
      (points, weights) = ([mean], [1])
      return
    }
    // Zero, where slopes jump, lies between two points.
    var points = stride(from: -7.975, through: 8, by: 0.05).map { mean + $0 * deviation }
    if deviation > 2 {
      // Bends are narrow compared with the spread.
      points = (points + stride(from: -19.975, through: 20, by: 0.05)).sorted()
    }
    var weights = points.map { point in
      let z = (point - mean) / deviation
      return Elementary.exponential(-z * z / 2)
    }
    for index in points.indices {
      let before = points[max(index - 1, 0)]
      let after = points[min(index + 1, points.count - 1)]
      weights[index] *= after - before
    }
    let total = weights.reduce(0, +)
    self.points = points
    self.weights = weights.map { $0 / total }
  }

  /// E f(z).
  func mean(of function: (Double) -> Double?) -> Double? {
    var total = 0.0
    for (point, weight) in zip(points, weights) {
      guard let value = function(point) else { return nil }
      total += weight * value
    }
    return total
  }

  /// E f(z)².
  func meanSquare(of function: (Double) -> Double?) -> Double? {
    mean { point in function(point).map { $0 * $0 } }
  }

  /// E f(z) f(z') where z and z' have this covariance.
  ///
  /// - Parameters:
  ///   - covariance: between 0 and the variance.
  ///   - whole: E f(z)².
  ///   - function: f.
  /// - Returns: the mean product, between (E f)² and E f².
  func meanProduct(covariance: Double, whole: Double, _ function: (Double) -> Double?) -> Double {
    let share = deviation > 0 ? covariance / (deviation * deviation) : 1
    guard share < 1 - 1e-9 else { return whole }
    if share < 1e-9 { return mean(of: function).map { $0 * $0 } ?? whole }
    // z is a common part plus one of its own: the square of what the own part leaves of f on average.
    let (common, own) = (share.squareRoot() * deviation, (1 - share).squareRoot() * deviation)
    var total = 0.0
    for (z, weight) in zip(Self.standardPoints, Self.standardWeights) {
      var inner = 0.0
      for (y, innerWeight) in zip(Self.standardPoints, Self.standardWeights) {
        guard let value = function(center + common * z + own * y) else { return whole }
        inner += innerWeight * value
      }
      total += weight * inner * inner
    }
    return min(total, whole)
  }

  private static let standardPoints = Array(stride(from: -6.0, through: 6, by: 0.25))
  private static let standardWeights = {
    let weights = standardPoints.map { Elementary.exponential(-$0 * $0 / 2) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }()

  /// The moments of the largest of `count` values that share a part of their variance.
  ///
  /// - Parameters:
  ///   - count: how many values compete.
  ///   - share: the share of their variance that they have in common.
  ///   - variance: of each.
  ///   - function: what is taken of the largest.
  /// - Returns: E f², E f, and E f f' of two maxima with the common part only.
  static func maximum(
    of count: Int, share: Double, variance: Double, _ function: (Double) -> Double
  ) -> (square: Double, mean: Double, across: Double) {
    let fine = stride(from: -8.0, through: 8, by: 0.05).map { $0 }
    let raised = fine.map { y in
      Elementary.exponential(-y * y / 2)
        * Elementary.power(0.5 * Elementary.complementaryError(-y / 2.0.squareRoot()), Double(count - 1))
    }
    let total = raised.reduce(0, +)
    let (common, own) = ((share * variance).squareRoot(), ((1 - share) * variance).squareRoot())
    var result = (square: 0.0, mean: 0.0, across: 0.0)
    for (z, weight) in zip(standardPoints, standardWeights) {
      var (mean, square) = (0.0, 0.0)
      for (y, density) in zip(fine, raised) {
        let value = function(common * z + own * y)
        mean += density / total * value
        square += density / total * value * value
      }
      result.square += weight * square
      result.mean += weight * mean
      result.across += weight * mean * mean
    }
    return result
  }
}
