import OrderedJSON
import SignalGraph
import Tensors

/// `ParametricSoftplus` of Keras 1: α·ln(1 + exp(β·x)) with both learned.
struct ParametricSoftplus: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["ParametricSoftplus"]

  private let alpha, beta: Double

  init(_ config: LayerConfig) throws(ArchitectureError) {
    alpha = try config.double("alpha_init", default: 0.2)
    beta = try config.double("beta_init", default: 5)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let sizes = try call.knownSizes(try call.input)
    for (name, value) in [("alphas", alpha), ("betas", beta)] {
      let config = JSONObject([.init(key: "value", value: JSONValue(value))])
      try weights.add(name, .activation, sizes, weights.fixedInitializer("Constant", config: config))
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] { [.activation(.unknown)] }
}
