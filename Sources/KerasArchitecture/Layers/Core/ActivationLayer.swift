import SignalGraph

/// `Activation`: a function by its name.
struct ActivationLayer: ShapePreservingLayer {
  static let classNames = ["Activation"]

  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard config["activation"] != nil else { throw config.error("activation", expected: "a function's name") }
    activation = config.activation()
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(activation)] }
}

/// `ELU`: an exponential linear unit.
struct ELU: ShapePreservingLayer {
  static let classNames = ["ELU"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.elu)] }
}

/// `Softmax`: a softmax over one axis.
struct Softmax: ShapePreservingLayer {
  static let classNames = ["Softmax"]

  init(_ config: LayerConfig) throws(ArchitectureError) {}

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.softmax)] }
}
