import SignalGraph

/// Moments of the weights that a softmax gives to normal scores.
struct SoftmaxWeights {
  /// Σ w².
  let squares: Double
  /// Σ w² (1 − 2w + Σ w²): the mean square of the gradient with respect to a score, summed over the scores,
  /// for a gradient of unit mean square and independent values.
  let slopes: Double
  /// Σ w z, where z is a score less the mean, in standard deviations.
  let tilt: Double

  /// So many scores stand for all of a longer list.
  private static let limit = 256

  /// - Parameters:
  ///   - count: the number of scores.
  ///   - deviation: their standard deviation.
  ///   - excess: by how much one more score lies above their mean, as that of a query with its own key;
  ///     `nil` if there is none. It is one of `count`.
  init(count: Int, deviation: Double, excess: Double? = nil) {
    let others = max(count - (excess == nil ? 0 : 1), 0)
    let points = Self.orderStatistics(min(others, Self.limit))
    let multiplicity = points.isEmpty ? 0 : Double(others) / Double(points.count)
    var scores = points.map { (value: $0 * deviation, z: $0, times: multiplicity) }
    if let excess { scores.append((excess, 0, 1)) }
    let highest = scores.map(\.value).max() ?? 0
    let terms = scores.map { Elementary.exponential($0.value - highest) }
    let total = zip(terms, scores).reduce(0) { $0 + $1.0 * $1.1.times }
    guard total > 0, total.isFinite else {
      (squares, slopes, tilt) = (1, 0, 0)
      return
    }
    let weights = terms.map { $0 / total }
    let squares = zip(weights, scores).reduce(0) { $0 + $1.0 * $1.0 * $1.1.times }
    self.squares = squares
    slopes = zip(weights, scores).reduce(0) { $0 + $1.0 * $1.0 * (1 - 2 * $1.0 + squares) * $1.1.times }
    tilt = zip(weights, scores).reduce(0) { $0 + $1.0 * $1.1.z * $1.1.times }
  }

  /// The expected order statistics of so many standard normal values (Blom, 1958).
  private static func orderStatistics(_ count: Int) -> [Double] {
    (0..<count).map { index in
      let share = (Double(index) + 0.625) / (Double(count) + 0.25)
      var (low, high) = (-6.0, 6.0)
      for _ in 0..<40 {
        let middle = (low + high) / 2
        let below = 0.5 * Elementary.complementaryError(-middle / 2.0.squareRoot())
        if below < share { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
  }
}
