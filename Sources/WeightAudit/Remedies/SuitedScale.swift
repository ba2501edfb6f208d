package import SignalGraph

/// The variance of a kernel's values that keeps the scale of signals through the activation behind it.
package struct SuitedScale: Sendable, Hashable {
  /// The variance times the number of inputs of a unit.
  package let gain: Double
  /// Whether that number is the mean of a unit's inputs and of the units that an input reaches, as a
  /// compromise between signals and gradients.
  package let averagesFans: Bool
  /// The activations that it suits, as people call them.
  package let suits: String
  /// The gain of a deep network, where that is another one.
  private let deepGain: Double?

  /// - Parameters:
  ///   - activation: what a kernel's outputs go through; `nil` if there is nothing.
  ///   - previous: what its inputs have gone through.
  ///
  /// Glorot & Bengio, AISTATS 2010 (tanh); He et al., ICCV 2015, §2.2 (ReLU and leaky ReLU); Klambauer et
  /// al., NeurIPS 2017 (SELU). Of other functions one over the mean square that they leave of a standard
  /// normal.
  package init(behind activation: Activation?, after previous: Activation? = nil) {
    func smooth(_ activation: Activation, _ title: String) -> (Double, Bool, String) {
      // What has lost nothing needs nothing back; these functions do not scale with their inputs, as ReLU
      // does.
      guard previous == activation else { return (1, false, title) }
      let square = NormalGrid(mean: 0, variance: 1).meanSquare(of: activation.value) ?? 1
      // As many digits as a declaration should have.
      return ((100 / square).rounded() / 100, false, title)
    }
    // One over the square of the slope around 0: a logistic function hands on a quarter of what it gets.
    deepGain = activation == .sigmoid ? 16 : activation == .hardSigmoid ? 36 : nil
    (gain, averagesFans, suits) =
      switch activation {
      case .rectifier(0, _): (2, false, "ReLU")
      case .rectifier(let slope, _): ((200 / (1 + slope * slope)).rounded() / 100, false, "leaky ReLU")
      case .selu: (1, false, "SELU")
      case .elu: smooth(.elu, "ELU")
      case .gelu: smooth(.gelu, "GELU")
      case .silu: smooth(.silu, "SiLU")
      case .hardSilu: smooth(.hardSilu, "hard SiLU")
      case .mish: smooth(.mish, "Mish")
      case .softplus: smooth(.softplus, "softplus")
      case .squareplus: smooth(.squareplus, "squareplus")
      case .sparsePlus: smooth(.sparsePlus, "sparse plus")
      case .clipped(-1, 1): (1, true, "hard tanh")
      case .sparseSigmoid: (1, true, "sparse sigmoid")
      case .sigmoid: (1, true, "sigmoid")
      case .hardSigmoid: (1, true, "hard sigmoid")
      case .tanh: (1, true, "tanh")
      case .softsign: (1, true, "softsign")
      case .linear, .softmax, .unknown, .logSigmoid, .tanhShrink, .shrink, .exponential, .absolute, .square,
        .sine, .cosine, .clipped, nil:
        (1, true, "no activation")
      }
  }

  private init(gain: Double, averagesFans: Bool, suits: String) {
    (self.gain, self.averagesFans, self.suits, deepGain) = (gain, averagesFans, suits, nil)
  }

  /// The scale that carries signals and gradients through many layers; `nil` if it is the same.
  package var ofDeepNetworks: SuitedScale? {
    deepGain.map { SuitedScale(gain: $0, averagesFans: averagesFans, suits: suits) }
  }

  /// The variance of a kernel's values.
  ///
  /// - Parameters:
  ///   - fanIn: the number of inputs that reach one output.
  ///   - fanOut: the number of outputs that one input reaches.
  /// - Returns: E w².
  package func variance(fanIn: Double, fanOut: Double) -> Double {
    gain / max(averagesFans ? (fanIn + fanOut) / 2 : fanIn, 1)
  }

  /// The initializer of Keras that has this scale by the rule of its fans; `nil` if none has a name.
  package var initializerName: String? {
    switch (gain, averagesFans) {
    case (2, false): "he_normal"
    case (1, false): "lecun_normal"
    case (1, true): "glorot_uniform"
    default: nil
    }
  }

  /// The initializer as a line of Python has it.
  var python: String {
    if let initializerName { return "\"\(initializerName)\"" }
    let scale = gain == gain.rounded() ? String(Int(gain)) : String(gain)
    return "VarianceScaling(\(scale), \"\(averagesFans ? "fan_avg" : "fan_in")\")"
  }
}
