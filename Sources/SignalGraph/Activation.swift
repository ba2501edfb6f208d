/// An elementwise activation function, as far as the scale of signals is concerned.
package enum Activation: Sendable, Hashable {
  case linear
  /// The ReLU family: the slope on the negative side, 0 for ReLU itself.
  case rectifier(negativeSlope: Double)
  case elu, selu, gelu, silu, softplus, softsign, tanh, sigmoid, hardSigmoid
  case softmax
  /// A function that nothing is known of.
  case unknown

  /// The activation that Keras calls by a name.
  package init(kerasName: String) {
    self =
      switch kerasName {
      case "linear": .linear
      case "relu", "relu6": .rectifier(negativeSlope: 0)
      case "leaky_relu": .rectifier(negativeSlope: 0.2)
      case "elu", "celu": .elu
      case "selu": .selu
      case "gelu": .gelu
      case "silu", "swish", "hard_silu", "hard_swish": .silu
      case "softplus": .softplus
      case "softsign": .softsign
      case "tanh": .tanh
      case "sigmoid": .sigmoid
      case "hard_sigmoid": .hardSigmoid
      case "softmax", "log_softmax": .softmax
      default: .unknown
      }
  }

  package var isRectifier: Bool {
    if case .rectifier = self { true } else { false }
  }

  /// E φ(z)² for z ~ N(0, `meanSquare`), by the trapezoidal rule; `nil` where nothing is known.
  package func meanSquare(ofInputMeanSquare meanSquare: Double) -> Double? {
    if self == .linear { return meanSquare }
    if case .rectifier(let slope) = self { return meanSquare * (1 + slope * slope) / 2 }
    guard meanSquare > 0 else { return value(0).map { $0 * $0 } }
    let deviation = meanSquare.squareRoot()
    var total = 0.0
    for step in -400...400 {
      let z = Double(step) * 0.02
      guard let value = value(z * deviation) else { return nil }
      total += value * value * Self.standardNormalDensity(z)
    }
    return total * 0.02
  }

  private static func standardNormalDensity(_ z: Double) -> Double {
    0.3989422804014327 * Elementary.exponential(-z * z / 2)
  }

  private func value(_ z: Double) -> Double? {
    switch self {
    case .linear: z
    case .rectifier(let slope): z < 0 ? slope * z : z
    case .elu: z < 0 ? Elementary.exponential(z) - 1 : z
    case .selu: 1.0507009873554805 * (z < 0 ? 1.6732632423543772 * (Elementary.exponential(z) - 1) : z)
    case .gelu: z * Self.logistic(1.702 * z)
    case .silu: z * Self.logistic(z)
    case .softplus: max(z, 0) + Elementary.logarithmOfOnePlus(Elementary.exponential(-abs(z)))
    case .softsign: z / (1 + abs(z))
    case .tanh: 2 * Self.logistic(2 * z) - 1
    case .sigmoid: Self.logistic(z)
    case .hardSigmoid: min(1, max(0, z / 6 + 0.5))
    case .softmax, .unknown: nil
    }
  }

  private static func logistic(_ z: Double) -> Double { 1 / (1 + Elementary.exponential(-z)) }
}
