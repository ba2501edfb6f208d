import Tensors

/// A member of the variance-scaling family, chosen for the variance that a weight is to have.
package struct ScalingChoice: Sendable, Hashable {
  /// What Keras serializes: `HeNormal`, `VarianceScaling`.
  package let className: String
  /// What layers take for it: `he_normal`; `nil` if it takes arguments.
  package let name: String?
  package let scale: Double
  /// `fan_in` or `fan_avg`.
  package let mode: String
  package let isUniform: Bool

  /// - Parameters:
  ///   - variance: of the values.
  ///   - averagesFans: whether both fans count, if Keras counts them as they are.
  ///   - fanIn: the number of inputs that reach one output, which Keras's rule does not tell of depthwise and
  ///     transposed convolutions.
  ///   - isUniform: whether values come from a uniform distribution rather than a truncated normal one.
  ///   - target: the weight.
  package init(
    variance: Double, averagesFans: Bool, fanIn: Double, isUniform: Bool, for target: InitializerTarget
  ) {
    let fans = Fans(target)
    let averages = averagesFans && fans.input == fanIn
    let scale = variance * max(averages ? (fans.input + fans.output) / 2 : fans.input, 1)
    let match = Self.named.first { type in
      abs(type.scaling.scale - scale) < 0.005 * scale && type.scaling.isFanIn != averages
        && type.scaling.isUniform == isUniform
    }
    self.isUniform = isUniform
    mode = (averages ? ScaledVariance.Mode.fanAverage : .fanIn).rawValue
    className = match?.names.first ?? VarianceScaling.names[0]
    name = match?.names.last
    self.scale = match?.scaling.scale ?? Self.rounded(scale)
  }

  private static let named: [any NamedScaling.Type] = [
    GlorotNormal.self, GlorotUniform.self, HeNormal.self, HeUniform.self, LecunNormal.self,
    LecunUniform.self,
  ]

  /// To four digits, as a person would write it.
  private static func rounded(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return value }
    var unit = 1.0
    while value / unit >= 10_000 { unit *= 10 }
    while value / unit < 1000 { unit /= 10 }
    let digits = (value / unit).rounded()
    return unit < 1 ? digits / (1 / unit).rounded() : digits * unit
  }
}
