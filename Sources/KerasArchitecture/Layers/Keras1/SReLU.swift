import SignalGraph
import Tensors

/// `SReLU` of Keras 1: a line of three pieces whose knots and outer slopes are learned. Jin et al., AAAI
/// 2016.
struct SReLU: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["SReLU"]

  private let initializers: [(name: String, initializer: InitializerReference)]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    let defaults = [
      ("t_left", "zero"), ("a_left", "glorot_uniform"), ("t_right", "glorot_uniform"), ("a_right", "one"),
    ]
    initializers = try defaults.map { entry throws(ArchitectureError) in
      (entry.0, try config.initializer("\(entry.0)_init", default: entry.1))
    }
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let sizes = try call.knownSizes(try call.input)
    for entry in initializers { try weights.add(entry.name, .activation, sizes, entry.initializer) }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.unknown)] }
}
