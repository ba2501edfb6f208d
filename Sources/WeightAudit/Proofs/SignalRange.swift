import SignalGraph

/// Bounds of the values that a signal can have, whatever the input.
struct SignalRange: Hashable {
  private(set) var lower, upper: Double

  /// - Parameters:
  ///   - lower: no value is below it.
  ///   - upper: no value is above it.
  init(_ lower: Double, _ upper: Double) {
    let isSound = lower <= upper
    self.lower = isSound ? lower : -.infinity
    self.upper = isSound ? upper : .infinity
  }

  init(_ value: Double) { self.init(value, value) }

  init(_ range: ClosedRange<Double>) { self.init(range.lowerBound, range.upperBound) }

  /// Nothing is known.
  static let any = SignalRange(-.infinity, .infinity)
  static let zero = SignalRange(0)

  /// Whether every value is 0.
  var isZero: Bool { lower == 0 && upper == 0 }

  /// With the values of another one.
  func joined(with other: SignalRange) -> SignalRange {
    SignalRange(min(lower, other.lower), max(upper, other.upper))
  }

  static func + (one: SignalRange, other: SignalRange) -> SignalRange {
    SignalRange(one.lower + other.lower, one.upper + other.upper)
  }

  static func * (one: SignalRange, other: SignalRange) -> SignalRange {
    // 0 times anything is 0, also where nothing is known.
    func product(_ a: Double, _ b: Double) -> Double { a == 0 || b == 0 ? 0 : a * b }
    let corners = [
      product(one.lower, other.lower), product(one.lower, other.upper), product(one.upper, other.lower),
      product(one.upper, other.upper),
    ]
    return SignalRange(corners.min() ?? -.infinity, corners.max() ?? .infinity)
  }

  func scaled(by factor: Double) -> SignalRange { self * SignalRange(factor) }

  /// Of sums of so many products of values and weights: only the sign is kept.
  func summed(with weights: SignalRange) -> SignalRange {
    let product = self * weights
    return SignalRange(product.lower < 0 ? -.infinity : 0, product.upper > 0 ? .infinity : 0)
  }

  /// Of an activation of the values.
  func through(_ activation: Activation) -> SignalRange {
    if lower == upper, let value = activation.value(lower) { return SignalRange(value) }
    switch activation {
    case .linear: return self
    case .rectifier(let slope, let ceiling):
      guard slope >= 0 else { return SignalRange(0, .infinity) }
      return SignalRange(
        lower < 0 ? (slope == 0 ? 0 : slope * lower) : min(lower, ceiling), max(0, min(upper, ceiling)))
    case .elu, .selu, .tanh, .softsign, .sigmoid, .hardSigmoid, .sparseSigmoid, .softplus, .squareplus,
      .sparsePlus, .exponential, .logSigmoid, .clipped:
      return monotonic(activation)
    case .softmax: return SignalRange(0, 1)
    case .absolute, .square: return SignalRange(0, .infinity)
    case .sine, .cosine: return SignalRange(-1, 1)
    // These dip below zero and rise from there.
    case .gelu, .silu, .hardSilu, .mish: return SignalRange(lower >= 0 ? 0 : -1, max(upper, 0))
    case .tanhShrink, .shrink: return SignalRange(min(lower, 0), max(upper, 0))
    case .unknown: return .any
    }
  }

  private func monotonic(_ activation: Activation) -> SignalRange {
    // What the functions tend to is reached far from zero.
    let far = 1e4
    func value(_ bound: Double) -> Double {
      guard let value = activation.value(max(-far, min(bound, far))), !value.isNaN else { return .nan }
      return value
    }
    let bounded: Set<Activation> = [.tanh, .softsign, .sigmoid, .hardSigmoid, .sparseSigmoid]
    let isBounded = bounded.contains(activation) || activation.isClipped
    let low =
      lower < -far && !isBounded && !activation.isNonNegative && activation != .elu && activation != .selu
      ? -Double.infinity : value(lower)
    let high = upper > far && !isBounded && activation != .logSigmoid ? .infinity : value(upper)
    return low.isNaN || high.isNaN ? .any : SignalRange(low - abs(low) * 1e-3, high + abs(high) * 1e-3)
  }

  /// Whether the derivative of an activation is 0 for all of the values.
  func isFlat(in activation: Activation) -> Bool {
    switch activation {
    case .rectifier(let slope, let ceiling): slope == 0 && (upper <= 0 || lower > ceiling)
    case .clipped(let low, let high): upper < low || lower > high
    case .hardSigmoid: upper < -3 || lower > 3
    case .sparseSigmoid: upper < -1 || lower > 1
    case .sparsePlus: upper < -1
    case .softmax(let units): units == 1
    default: false
    }
  }
}

extension Activation {
  fileprivate var isClipped: Bool {
    if case .clipped = self { true } else { false }
  }
}
