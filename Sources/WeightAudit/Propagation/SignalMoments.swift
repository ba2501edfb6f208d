/// Second moments of a signal, averaged over all its values.
///
/// The moments between two different values tell how much of the signal is common: what is common adds up
/// coherently in a sum, and a normalization takes it away.
package struct SignalMoments: Sendable, Hashable {
  /// E x².
  package var square: Double
  /// E x.
  package var mean: Double
  /// E x x', of two units at one place of one sample.
  package var acrossUnits: Double
  /// E x x', of one unit at two places of one sample.
  package var acrossPlaces: Double
  /// E x x', of one unit in two samples.
  package var acrossSamples: Double

  /// Independent values, up to their mean.
  package init(square: Double, mean: Double = 0) {
    self.init(
      square: square, mean: mean, acrossUnits: mean * mean, acrossPlaces: mean * mean,
      acrossSamples: mean * mean)
  }

  package init(
    square: Double, mean: Double, acrossUnits: Double, acrossPlaces: Double, acrossSamples: Double
  ) {
    self.square = square
    self.mean = mean
    self.acrossUnits = acrossUnits
    self.acrossPlaces = acrossPlaces
    self.acrossSamples = acrossSamples
  }

  package var variance: Double { max(square - mean * mean, 0) }

  package var rootMeanSquare: Double { square.squareRoot() }

  /// Of the signal times a factor.
  func scaled(by factor: Double) -> SignalMoments { scaled(square: factor * factor, mean: factor) }

  /// Of the signal times independent factors of these moments, the same for all samples and places.
  func scaled(square factor: Double, mean meanFactor: Double) -> SignalMoments {
    SignalMoments(
      square: square * factor, mean: mean * meanFactor, acrossUnits: acrossUnits * meanFactor * meanFactor,
      acrossPlaces: acrossPlaces * factor, acrossSamples: acrossSamples * factor)
  }

  /// Of the means over so many units.
  func unitMean(of count: Int) -> SignalMoments {
    let share = 1 / Double(max(count, 1))
    func left(of moment: Double) -> Double {
      moment * share + (1 - share) * min(moment, max(acrossUnits, 0))
    }
    return SignalMoments(
      square: left(of: square), mean: mean, acrossUnits: left(of: square),
      acrossPlaces: left(of: acrossPlaces), acrossSamples: left(of: acrossSamples))
  }

  /// Of a sum of independent signals.
  static func sum(_ terms: [SignalMoments]) -> SignalMoments {
    guard var total = terms.first else { return SignalMoments(square: 0) }
    for term in terms.dropFirst() {
      let cross = 2 * total.mean * term.mean
      total = SignalMoments(
        square: total.square + term.square + cross, mean: total.mean + term.mean,
        acrossUnits: total.acrossUnits + term.acrossUnits + cross,
        acrossPlaces: total.acrossPlaces + term.acrossPlaces + cross,
        acrossSamples: total.acrossSamples + term.acrossSamples + cross)
    }
    return total
  }

  /// Of a product of independent signals.
  static func product(_ factors: [SignalMoments]) -> SignalMoments {
    guard var total = factors.first else { return SignalMoments(square: 1, mean: 1) }
    for factor in factors.dropFirst() {
      total = SignalMoments(
        square: total.square * factor.square, mean: total.mean * factor.mean,
        acrossUnits: total.acrossUnits * factor.acrossUnits,
        acrossPlaces: total.acrossPlaces * factor.acrossPlaces,
        acrossSamples: total.acrossSamples * factor.acrossSamples)
    }
    return total
  }

  /// Of signals side by side, so many units of each.
  static func mixture(_ parts: [SignalMoments], weights: [Double]) -> SignalMoments {
    let total = weights.reduce(0, +)
    func mean(_ moment: KeyPath<SignalMoments, Double>) -> Double {
      zip(parts, weights).reduce(0) { $0 + $1.0[keyPath: moment] * $1.1 } / total
    }
    return SignalMoments(
      square: mean(\.square), mean: mean(\.mean), acrossUnits: mean(\.acrossUnits),
      acrossPlaces: mean(\.acrossPlaces), acrossSamples: mean(\.acrossSamples))
  }

  /// Whether every moment is a number.
  var isFinite: Bool {
    [square, mean, acrossUnits, acrossPlaces, acrossSamples].allSatisfy(\.isFinite)
  }
}
