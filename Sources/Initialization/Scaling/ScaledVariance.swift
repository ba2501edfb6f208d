import RandomStreams

/// Values whose variance is `scale` over a count of a weight's fans.
struct ScaledVariance: Sendable, Hashable {
  enum Mode: String, CaseIterable {
    case fanIn = "fan_in"
    case fanOut = "fan_out"
    case fanAverage = "fan_avg"
  }

  enum Shape: String, CaseIterable {
    case truncatedNormal = "truncated_normal"
    case untruncatedNormal = "untruncated_normal"
    case uniform
  }

  /// The standard deviation of a standard normal that is cut at ±2.
  static let truncatedDeviation = 0.87962566103423978

  let scale: Double
  let mode: Mode
  let shape: Shape
  /// Whether the deviation is that of the normal before it is cut: multi-backend Keras before 2.2.
  var isParentScaled = false

  func distribution(for target: InitializerTarget) -> Distribution {
    let fans = Fans(target)
    let fan =
      switch mode {
      case .fanIn: fans.input
      case .fanOut: fans.output
      case .fanAverage: (fans.input + fans.output) / 2
      }
    let variance = scale / max(1, fan)
    switch shape {
    case .truncatedNormal:
      return .truncatedNormal(
        mean: 0, standardDeviation: variance.squareRoot() / (isParentScaled ? 1 : Self.truncatedDeviation))
    case .untruncatedNormal: return .normal(mean: 0, standardDeviation: variance.squareRoot())
    case .uniform:
      let limit = (3 * variance).squareRoot()
      return .uniform(lower: -limit, upper: limit)
    }
  }
}
