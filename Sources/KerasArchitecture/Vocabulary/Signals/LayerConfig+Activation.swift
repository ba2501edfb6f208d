import SignalGraph

extension LayerConfig {
  /// The activation in the `activation` field.
  func activation(default name: String = "linear") -> Activation {
    Activation(kerasName: activationName(default: name))
  }
}
