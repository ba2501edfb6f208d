import SignalGraph

extension Normalization {
  /// A normalization with the weights of one of Keras's layers.
  init(_ kind: Kind, _ layer: Layer, _ epsilon: Double) {
    self.init(
      kind, scale: layer.weight("gamma") ?? layer.weight("scale"), offset: layer.weight("beta"),
      epsilon: epsilon)
  }
}
