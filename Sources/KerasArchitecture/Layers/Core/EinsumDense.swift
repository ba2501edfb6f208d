import OrderedJSON
import SignalGraph
import Tensors

/// `EinsumDense`: kernel and bias of the shapes that follow from its equation.
struct EinsumDense: KernelVariantLayer {
  static let classNames = ["EinsumDense"]

  private let equation: EinsumEquation
  private let outputSizes: EinsumEquation.OutputSizes
  private let biasAxes: String?
  private let kernelInitializer: InitializerReference
  private let biasInitializer: InitializerReference
  private let activation: Activation
  private let divisor: Double?
  private let variant: KernelVariant
  private let usesFanAxes: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    guard let equation = EinsumEquation(try config.string("equation", default: "")) else {
      throw config.error("equation", expected: "an equation such as \"ab,bc->ac\"")
    }
    self.equation = equation
    let declared: [Int?]
    if let size = config["output_shape"]?.wholeNumber {
      declared = [size]
    } else if let shape = PartialShape(json: config["output_shape"]) {
      declared = shape.dimensions
    } else {
      throw config.error("output_shape", expected: "an integer or a list of sizes without the batch")
    }
    // tf.keras calls the layer with tensors that know more than its declaration.
    outputSizes = EinsumEquation.OutputSizes(
      declared: declared, infersMissing: !config.generation.isKeras3)
    biasAxes = config["bias_axes"]?.stringValue
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    biasInitializer = try config.initializer("bias_initializer", default: "zeros")
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
    variant = try KernelVariant(config)
    usesFanAxes = config.generation.initializersTakeFanAxes
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let result = try equation.result(call, outputSizes, biasAxes: biasAxes)
    let matrix = equation.matrix(result.kernel)
    let kernel = KernelDeclaration(
      shape: result.kernel, initializer: kernelInitializer, fans: usesFanAxes ? .axes(result.fanAxes) : nil,
      packedShape: [matrix.rows, KernelDeclaration.packed(matrix.columns)],
      scaleShape: variant.isPacked
        ? [matrix.columns] : equation.scaleShape(result.kernel, inputRank: try call.input.rank),
      groups: .init(size: matrix.rows, others: matrix.columns))
    try variant.addKernel(kernel, weights)
    if let bias = result.bias { try weights.add("bias", .bias, bias, biasInitializer) }
    try variant.addAfterBias(result.kernel, weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    [try equation.result(call, outputSizes, biasAxes: nil).output]
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(layer, ["kernel": .plain], endsIn: "kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard
      let result = try? equation.result(call, outputSizes, biasAxes: nil)
    else {
      return [.opaque]
    }
    return layer.linear("kernel", .init(fanIn: result.fanIn, units: result.units)) + [.activation(activation)]
  }
}
