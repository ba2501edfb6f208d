import OrderedJSON
import SignalGraph
import Tensors

/// `Deconvolution2D` of Keras 1: stores the shape of its output, and its kernel as a convolution does.
struct Keras1Deconvolution: LayerKind {
  static let classNames: [String] = []
  static let keras1ClassNames = ["Deconvolution2D"]

  private let filters: Int
  private let window: SpatialWindow
  private let output: PartialShape
  private let kernel: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation
  private let divisor: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    window = try SpatialWindow(convolution: config, rank: 2)
    guard let output = PartialShape(json: config["output_shape"]), output.rank == 4 else {
      throw config.error("output_shape", expected: "a list of 4 sizes or nulls")
    }
    self.output = output
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let shape = window.kernelShape(inputs: try window.channels(call), outputs: filters)
    try weights.add("kernel", .kernel, shape, kernel, .init(fans: window.fans))
    try bias.add([filters], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let batch = try window.input(call).batch
    return [
      window.dataFormat.shape(batch: batch, spatial: window.dataFormat.spatial(output), channels: filters)
    ]
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    var form = window.kernelForm
    form.exchangesLast = true
    return .linear(layer, ["kernel": form], endsIn: "kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call),
      let fanIn = CheckedSize.product([area, channels])
    else { return [.opaque] }
    return layer.linear(
      "kernel",
      .init(
        fanIn: fanIn, fanOut: window.outputsPerInput(call, filters), units: filters,
        coverage: window.coverage(call))) + [.activation(activation)]
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.className = "Conv2DTranspose"
    form.config["output_shape"] = nil
    guard let input = layer.knownInputShapes.first, fits(input) else {
      upgrader.refuse(layer, "its `output_shape` \(output) is not the one that Conv2DTranspose has")
      return
    }
  }

  /// Whether Keras 3 finds the same sizes.
  private func fits(_ input: PartialShape) -> Bool {
    let (sizes, results) = (window.dataFormat.spatial(input), window.dataFormat.spatial(output))
    return zip(sizes, results).enumerated().allSatisfy { axis, pair in
      guard let size = pair.0, let result = pair.1 else { return false }
      let (kernel, stride) = (window.sizes[axis], window.strides[axis])
      let scaled = CheckedSize(size).times(stride)
      return result == (window.padding == .same ? scaled : scaled.plus(max(kernel - stride, 0))).value
    }
  }
}
