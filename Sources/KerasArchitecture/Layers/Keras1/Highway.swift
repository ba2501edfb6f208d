import OrderedJSON
import SignalGraph
import Tensors

/// `Highway` of Keras 1: a dense layer and a gate that mixes its output with its input. Srivastava et al.,
/// 2015.
struct Highway: ShapePreservingLayer {
  static let classNames: [String] = []
  static let keras1ClassNames = ["Highway"]

  private let kernel: InitializerReference
  private let hasBias: Bool
  /// The initial bias of the gate before Keras 1.2, which also had another order of weights.
  private let transformBias: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    hasBias = try config.bool("use_bias", default: true)
    let isOld = !config.generation.isAtLeast(1, 2)
    transformBias = isOld ? try config.double("transform_bias", default: -2) : nil
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = try call.knownSize(try call.input(rank: 2), axis: 1)
    try weights.add("kernel", .kernel, [size, size], kernel)
    if transformBias == nil { try weights.add("W_carry", .kernel, [size, size], kernel) }
    if hasBias { try weights.add("bias", .bias, [size], weights.fixedInitializer("zero")) }
    if transformBias != nil { try weights.add("W_carry", .kernel, [size, size], kernel) }
    guard hasBias else { return }
    let config = JSONObject([.init(key: "value", value: JSONValue(transformBias ?? 1))])
    try weights.add("b_carry", .bias, [size], weights.fixedInitializer("Constant", config: config))
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}
