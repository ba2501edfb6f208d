import SignalGraph
import Tensors

/// `Dense`: kernel `(features, units)`, bias `(units,)`.
struct Dense: KernelVariantLayer {
  static let classNames = ["Dense"]

  private let units: Int
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation
  private let divisor: Double?
  private let variant: KernelVariant

  init(_ config: LayerConfig) throws(ArchitectureError) {
    units = try config.positive("units")
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
    variant = try KernelVariant(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let features = try call.knownSize(try call.input(minimumRank: 2), axis: -1)
    let shape = [features, units]
    let kernel = KernelDeclaration(
      shape: shape, initializer: kernelInitializer, packedShape: [features, KernelDeclaration.packed(units)],
      scaleShape: [units], groups: .init(size: features, others: units))
    try variant.addKernel(kernel, weights)
    try bias.add([units], weights)
    try variant.addAfterBias(shape, weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [PartialShape(try call.input.dimensions.dropLast() + [units])]
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(layer, ["kernel": .plain], endsIn: "kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let features = try? call.knownSize(call.input, axis: -1) else { return [.opaque] }
    return layer.linear("kernel", .init(fanIn: features, units: units)) + [.activation(activation)]
  }
}
