import SignalGraph

extension Normalization {
  /// A normalisation by the weights that Keras's layers have.
  init(_ kind: Kind, _ layer: Layer, _ epsilon: Double) {
    self.init(
      kind, scale: layer.weight("gamma") ?? layer.weight("scale"), offset: layer.weight("beta"),
      epsilon: epsilon)
  }
}
