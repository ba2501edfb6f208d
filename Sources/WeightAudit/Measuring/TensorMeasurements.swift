/// What one pass over a tensor finds. Rules see nothing else of its values.
///
/// Moments and extremes are of the finite values. Nothing depends on the number of workers: blocks are folded
/// in their order.
package struct TensorMeasurements: Sendable {
  /// How many values are kept for tests of distribution, if there are not too many tensors.
  package static let sampleLimit = 16_384

  /// How many values of each tensor are kept where there are some: as many as leave 64 MB for all of them,
  /// but as many as a test of distribution needs.
  static func sampleLimit(tensors: Int) -> Int {
    min(sampleLimit, max(1024, (1 << 23) / max(1, tensors)))
  }

  /// How many values at the start are kept.
  package static let leadingLimit = 256

  package internal(set) var count = 0
  package internal(set) var nanCount = 0
  package internal(set) var infinityCount = 0
  package internal(set) var zeroCount = 0
  /// Values other than zero below 2⁻¹²⁶ in magnitude.
  package internal(set) var subnormalCount = 0
  package internal(set) var positiveCount = 0
  package internal(set) var negativeCount = 0
  /// `nil` if no value is finite.
  package internal(set) var range: ClosedRange<Double>?
  package internal(set) var mean = 0.0
  /// The sum of squared distances from the mean.
  package internal(set) var squaredDeviations = 0.0
  /// Every nth value, in order: all of them up to `sampleLimit`.
  package internal(set) var sample: [Double] = []
  /// The first values.
  package internal(set) var leading: [Double] = []
  package internal(set) var fingerprint = Fingerprint()
  /// `nil` where there are no units to compare.
  package internal(set) var units: UnitMeasurements?

  package init() {}

  package var finiteCount: Int { count - nanCount - infinityCount }

  /// The population's standard deviation.
  package var standardDeviation: Double {
    finiteCount == 0 ? 0 : (squaredDeviations / Double(finiteCount)).squareRoot()
  }

  /// E w².
  package var meanSquare: Double {
    finiteCount == 0 ? 0 : squaredDeviations / Double(finiteCount) + mean * mean
  }

  package var rootMeanSquare: Double { meanSquare.squareRoot() }

  /// Whether there are values, and all are one and the same.
  package var constant: Double? {
    guard let range, finiteCount == count, range.lowerBound == range.upperBound else { return nil }
    return range.lowerBound
  }

  /// The largest magnitude of a finite value.
  package var maximumMagnitude: Double {
    range.map { max(abs($0.lowerBound), abs($0.upperBound)) } ?? 0
  }

  /// Σ ((w − μ) / σ)².
  func standardizedSquares(mean expected: Double, deviation: Double) -> Double {
    let shift = mean - expected
    return (squaredDeviations + Double(finiteCount) * shift * shift) / (deviation * deviation)
  }

  /// How many different values the sample has.
  package var distinctCount: Int { Set(sample.map(\.bitPattern)).count }

  /// Whether the sample has more than two different values.
  var hasThreeValues: Bool {
    guard let first = sample.first?.bitPattern,
      let second = sample.first(where: { $0.bitPattern != first })?.bitPattern
    else { return false }
    return sample.contains { $0.bitPattern != first && $0.bitPattern != second }
  }

  /// Chan, Golub & LeVeque, 1979.
  mutating func mergeMoments(count other: Int, mean otherMean: Double, squaredDeviations others: Double) {
    guard other > 0 else { return }
    let mine = Double(finiteCount - other)
    let total = mine + Double(other)
    let delta = otherMean - mean
    squaredDeviations += others + delta * delta * mine * Double(other) / total
    mean += delta * Double(other) / total
  }
}
