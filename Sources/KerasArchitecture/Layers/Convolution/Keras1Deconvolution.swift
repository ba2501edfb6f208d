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
}
