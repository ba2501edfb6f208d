import SignalGraph

extension LayerConfig {
  /// The activation in the `activation` field.
  func activation(default name: String = "linear") -> Activation {
    Activation(kerasName: activationName(default: name))
  }

  /// What a hard sigmoid divides its input by: 5 until Keras 2, 6 since Keras 3.
  ///
  /// - Returns: `nil` for another function.
  func hardSigmoidDivisor(_ key: String = "activation", default name: String = "linear") -> Double? {
    guard activationName(key, default: name) == "hard_sigmoid" else { return nil }
    return generation.hardSigmoidDivisor
  }

  /// The function of gates where the configuration does not tell.
  var usualGateActivation: String {
    generation.family == .keras1 || generation.family == .multiBackendKeras2 ? "hard_sigmoid" : "sigmoid"
  }
}
