/// An activation function, described as far as it affects the scale of signals.
package enum Activation: Sendable, Hashable {
  case linear
  /// The ReLU family: the slope on the negative side, 0 for ReLU itself, and an upper bound.
  case rectifier(negativeSlope: Double, ceiling: Double = .infinity)
  case elu, selu, gelu, silu, hardSilu, mish, softplus, softsign, tanh, sigmoid, hardSigmoid
  case sparseSigmoid, logSigmoid, tanhShrink, squareplus, sparsePlus
  /// Values beyond a threshold; `isSoft` if they are moved to it.
  case shrink(threshold: Double, isSoft: Bool)
  case exponential, absolute, square, sine, cosine
  case clipped(from: Double, to: Double)
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
      case "sparse_sigmoid": .sparseSigmoid
      case "log_sigmoid": .logSigmoid
      case "tanh_shrink": .tanhShrink
      case "squareplus": .squareplus
      case "sparse_plus": .sparsePlus
      case "soft_shrink": .shrink(threshold: 0.5, isSoft: true)
      case "hard_shrink": .shrink(threshold: 0.5, isSoft: false)
      case "hard_tanh": .clipped(from: -1, to: 1)
      case "exponential", "exp": .exponential
      case "softmax", "sparsemax": .softmax(units: nil)
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

  /// Whether it gives 0 for 0 and passes no gradient there, so that a layer of zeros in front never learns.
  package var isFlatAtZero: Bool {
    switch self {
    case .shrink, .tanhShrink, .square: true
    default: isReLU
    }
  }

  /// Whether the values are between 0 and 1 and mean probabilities.
  package var isProbability: Bool {
    switch self {
    case .softmax, .sigmoid, .hardSigmoid: true
    default: false
    }
  }

  /// Whether no value is below zero, whatever the input.
  package var isNonNegative: Bool {
    switch self {
    case .rectifier(let slope, _): slope <= 0
    case .clipped(let low, _): low >= 0
    case .softplus, .sigmoid, .hardSigmoid, .sparseSigmoid, .squareplus, .sparsePlus, .exponential, .absolute,
      .square, .softmax:
      true
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
    case .tanh, .sigmoid, .hardSigmoid, .softsign, .sparseSigmoid: true
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
    case .sparseSigmoid: min(1, max(0, (z + 1) / 2))
    case .logSigmoid: -Self.softplus(-z)
    case .tanhShrink: z - Self.hyperbolicTangent(z)
    case .squareplus: (z + (z * z + 4).squareRoot()) / 2
    case .sparsePlus: z <= -1 ? 0 : z >= 1 ? z : (z + 1) * (z + 1) / 4
    case .shrink(let threshold, let isSoft):
      abs(z) <= threshold ? 0 : isSoft ? z - (z < 0 ? -threshold : threshold) : z
    case .exponential: Elementary.exponential(z)
    case .absolute: abs(z)
    case .square: z * z
    case .sine: Elementary.cosine(z - .pi / 2)
    case .cosine: Elementary.cosine(z)
    case .clipped(let low, let high): max(low, min(z, high))
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
    case .sparseSigmoid: return abs(z) < 1 ? 0.5 : 0
    case .logSigmoid: return Self.logistic(-z)
    case .tanhShrink:
      let value = Self.hyperbolicTangent(z)
      return value * value
    case .squareplus: return (1 + z / (z * z + 4).squareRoot()) / 2
    case .sparsePlus: return z <= -1 ? 0 : z >= 1 ? 1 : (z + 1) / 2
    case .shrink(let threshold, _): return abs(z) <= threshold ? 0 : 1
    case .exponential: return Elementary.exponential(z)
    case .absolute: return z < 0 ? -1 : 1
    case .square: return 2 * z
    case .sine: return Elementary.cosine(z)
    case .cosine: return -Elementary.cosine(z - .pi / 2)
    case .clipped(let low, let high): return z > low && z < high ? 1 : 0
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
