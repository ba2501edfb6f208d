import SignalGraph

/// Signals and gradients through sums of products of two signals.
struct ContractionPropagation {
  let output: SignalMoments
  private let contraction: Contraction
  private let first, second: SignalMoments
  private let isOneSignal: Bool
  /// 1 / (E|x|²) where inputs are brought to unit length.
  private let lengths: (first: Double, second: Double)

  /// - Parameters:
  ///   - contraction: the operation.
  ///   - first: the signal of the first input.
  ///   - second: the signal of the second input.
  ///   - isOneSignal: whether both are one signal.
  ///   - isOneLayer: whether both come from one layer, as in a siamese network: what its units have in common
  ///     for two samples adds up.
  init(
    _ contraction: Contraction, _ first: SignalMoments, _ second: SignalMoments, isOneSignal: Bool,
    isOneLayer: Bool
  ) {
    self.contraction = contraction
    self.isOneSignal = isOneSignal
    let count = Double(max(contraction.count, 1))
    func prepared(_ signal: SignalMoments) -> (SignalMoments, length: Double) {
      guard contraction.isNormalized else { return (signal, 1) }
      let length = 1 / (count * max(signal.square, .leastNormalMagnitude))
      return (signal.scaled(by: length.squareRoot()), length)
    }
    let (one, firstLength) = prepared(first)
    let (other, secondLength) = prepared(second)
    (self.first, self.second, lengths) = (one, other, (firstLength, secondLength))
    // E x y of two values that are multiplied.
    let places = max(contraction.first.uses, 1)
    let common: Double
    if isOneSignal {
      let apart = one.acrossPlaces
      common = places > 1 ? apart + (one.square - apart) / places : one.square
    } else if isOneLayer {
      common = (one.acrossSamples * other.acrossSamples).squareRoot()
    } else {
      common = one.mean * other.mean
    }
    // What two of the products have in common.
    let pairs = max(
      Self.along(contraction.first, one) * Self.along(contraction.second, other), common * common)
    let mean = count * common
    let square = max(count * one.square * other.square + count * (count - 1) * pairs, mean * mean)
    func kept(_ moment: Double) -> Double { min(max(mean * mean, moment), square) }
    output = SignalMoments(
      square: square, mean: mean,
      acrossUnits: kept(
        count * one.square * Self.across(contraction.second, other) + count * (count - 1) * pairs),
      acrossPlaces: kept(
        count * Self.across(contraction.first, one) * other.square + count * (count - 1) * pairs),
      acrossSamples: kept(
        count * one.acrossSamples * other.acrossSamples + count * (count - 1) * pairs))
  }

  /// E x x' of two values that are summed over.
  private static func along(_ operand: Contraction.Operand, _ signal: SignalMoments) -> Double {
    max(operand.isOverUnits ? signal.acrossUnits : signal.acrossPlaces, 0)
  }

  /// E x x' of two values that go into different results.
  private static func across(_ operand: Contraction.Operand, _ signal: SignalMoments) -> Double {
    max(operand.isOverUnits ? signal.acrossPlaces : signal.acrossUnits, 0)
  }

  /// The gradient that one of the inputs gets.
  func gradient(_ gradient: GradientMoments, toFirst: Bool) -> GradientMoments {
    let (uses, factor, length) =
      toFirst
      ? (contraction.first.uses, (contraction.second, second), lengths.first)
      : (contraction.second.uses, (contraction.first, first), lengths.second)
    // As the first and as the second input.
    let roles = isOneSignal ? (contraction.first.uses > 1 ? 2.0 : 4) : 1
    let apart = max(gradient.square - gradient.acrossPlaces, 0)
    let common =
      gradient.acrossPlaces
      * (uses * factor.1.square + max(uses * (uses - 1), 0) * Self.across(factor.0, factor.1))
    return GradientMoments(
      square: (uses * apart * factor.1.square + common) * length * roles,
      acrossPlaces: common * length * roles)
  }
}
