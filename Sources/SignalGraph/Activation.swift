/// An activation function, described as far as it affects the scale of signals.
package enum Activation: Sendable, Hashable {
  case linear
  /// The ReLU family: the slope on the negative side, 0 for ReLU itself, and an upper bound.
  case rectifier(negativeSlope: Double, ceiling: Double = .infinity)
  case elu, selu, gelu, silu, hardSilu, mish, softplus, softsign, tanh, sigmoid, hardSigmoid
  /// A softmax over so many units; `nil` if their number is not known.
  case softmax(units: Int?)
  /// Any other function.
  case unknown

  package static let relu = Activation.rectifier(negativeSlope: 0)

  /// The activation of a name in Keras; `unknown` for any other name.
  package init(kerasName: String) {
    self =
      switch kerasName {
      case "linear": .linear
      case "relu": .relu
      case "relu6": .rectifier(negativeSlope: 0, ceiling: 6)
      case "leaky_relu": .rectifier(negativeSlope: 0.2)
      case "elu", "celu": .elu
      case "selu": .selu
      case "gelu": .gelu
      case "silu", "swish": .silu
      case "hard_silu", "hard_swish": .hardSilu
      case "mish": .mish
      case "softplus": .softplus
      case "softsign": .softsign
      case "tanh": .tanh
      case "sigmoid": .sigmoid
      case "hard_sigmoid": .hardSigmoid
      case "softmax", "log_softmax": .softmax(units: nil)
      default: .unknown
      }
  }

  package var isRectifier: Bool {
    if case .rectifier = self { true } else { false }
  }

  /// Whether value and derivative are zero below zero.
  package var isReLU: Bool {
    if case .rectifier(negativeSlope: 0, _) = self { true } else { false }
  }

  /// Whether the values are between 0 and 1 and mean probabilities.
  package var isProbability: Bool {
    switch self {
    case .softmax, .sigmoid, .hardSigmoid: true
    default: false
    }
  }

  /// The name of a function that makes probabilities.
  package var title: String {
    switch self {
    case .softmax: "softmax"
    case .sigmoid: "sigmoid"
    case .hardSigmoid: "hard sigmoid"
    default: "activation"
    }
  }

  /// Whether the derivative tends to zero on both sides.
  package var saturates: Bool {
    switch self {
    case .tanh, .sigmoid, .hardSigmoid, .softsign: true
    default: false
    }
  }

  /// φ(z); `nil` for a function of several values, and for an unknown one.
  package func value(_ z: Double) -> Double? {
    switch self {
    case .linear: z
    case .rectifier(let slope, let ceiling): z < 0 ? slope * z : min(z, ceiling)
    case .elu: z < 0 ? Elementary.exponential(z) - 1 : z
    case .selu: Self.seluScale * (z < 0 ? Self.seluAlpha * (Elementary.exponential(z) - 1) : z)
    case .gelu: z * Self.normalDistribution(z)
    case .silu: z * Self.logistic(z)
    case .hardSilu: z * Self.hardLogistic(z)
    case .mish: z * Self.hyperbolicTangent(Self.softplus(z))
    case .softplus: Self.softplus(z)
    case .softsign: z / (1 + abs(z))
    case .tanh: Self.hyperbolicTangent(z)
    case .sigmoid: Self.logistic(z)
    case .hardSigmoid: Self.hardLogistic(z)
    case .softmax, .unknown: nil
    }
  }

  /// φ'(z); `nil` where `value` is `nil`.
  package func derivative(_ z: Double) -> Double? {
    switch self {
    case .linear: return 1
    case .rectifier(let slope, let ceiling): return z < 0 ? slope : z < ceiling ? 1 : 0
    case .elu: return z < 0 ? Elementary.exponential(z) : 1
    case .selu: return Self.seluScale * (z < 0 ? Self.seluAlpha * Elementary.exponential(z) : 1)
    case .gelu: return Self.normalDistribution(z) + z * Self.normalDensity(z)
    case .silu:
      let gate = Self.logistic(z)
      return gate * (1 + z * (1 - gate))
    case .hardSilu: return z < -3 ? 0 : z > 3 ? 1 : z / 3 + 0.5
    case .mish:
      let inner = Self.hyperbolicTangent(Self.softplus(z))
      return inner + z * (1 - inner * inner) * Self.logistic(z)
    case .softplus: return Self.logistic(z)
    case .softsign:
      let root = 1 / (1 + abs(z))
      return root * root
    case .tanh:
      let value = Self.hyperbolicTangent(z)
      return 1 - value * value
    case .sigmoid:
      let value = Self.logistic(z)
      return value * (1 - value)
    case .hardSigmoid: return abs(z) < 3 ? 1 / 6 : 0
    case .softmax, .unknown: return nil
    }
  }

  private static let seluScale = 1.0507009873554805
  private static let seluAlpha = 1.6732632423543772

  private static func logistic(_ z: Double) -> Double { 1 / (1 + Elementary.exponential(-z)) }
  private static func hardLogistic(_ z: Double) -> Double { min(1, max(0, z / 6 + 0.5)) }
  private static func hyperbolicTangent(_ z: Double) -> Double { 2 * logistic(2 * z) - 1 }
  private static func softplus(_ z: Double) -> Double {
    max(z, 0) + Elementary.logarithmOfOnePlus(Elementary.exponential(-abs(z)))
  }
  private static func normalDistribution(_ z: Double) -> Double {
    0.5 * Elementary.complementaryError(-z / 2.0.squareRoot())
  }
  private static func normalDensity(_ z: Double) -> Double {
    0.3989422804014327 * Elementary.exponential(-z * z / 2)
  }
}
