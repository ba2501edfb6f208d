import SignalGraph
import Tensors

/// `MaxoutDense` of Keras 1: the largest of several dense layers. Goodfellow et al., ICML 2013.
struct MaxoutDense: LayerKind {
  static let classNames: [String] = []
  static let keras1ClassNames = ["MaxoutDense"]

  private let units, featureCount: Int
  private let kernel: InitializerReference
  private let bias: BiasDeclaration

  init(_ config: LayerConfig) throws(ArchitectureError) {
    units = try config.positive("units")
    featureCount = try config.positive("nb_feature", default: 4)
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let size = try call.knownSize(try call.input(rank: 2), axis: 1)
    try weights.add("kernel", .kernel, [featureCount, size, units], kernel)
    try bias.add([featureCount, units], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [[try call.input(rank: 2).batch, units]]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}
