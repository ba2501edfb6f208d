import SignalGraph

/// A cell that processes a sequence step by step: its first output is the step's, the others are its states.
protocol RecurrentCell: LayerKind {}

extension RecurrentCell {
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}
