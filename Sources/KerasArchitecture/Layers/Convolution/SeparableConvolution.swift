import SignalGraph
import Tensors

/// `SeparableConv1D`, `SeparableConv2D`: a depthwise and a pointwise kernel, one bias.
struct SeparableConvolution<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["SeparableConv\(Rank.rank)D", "SeparableConvolution\(Rank.rank)D"] }

  private let filters: Int
  private let multiplier: Int
  private let window: SpatialWindow
  private let depthwiseInitializer: InitializerReference
  private let pointwiseInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation
  private let divisor: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    multiplier = try config.positive("depth_multiplier", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    depthwiseInitializer = try config.initializer("depthwise_initializer", default: "glorot_uniform")
    pointwiseInitializer = try config.initializer("pointwise_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let channels = try window.channels(call)
    let inner = try depthwiseChannels(channels, multiplier, call)
    try weights.add(
      "depthwise_kernel", .kernel, window.kernelShape(inputs: channels, outputs: multiplier),
      depthwiseInitializer,
      .init(fans: window.fans))
    try weights.add(
      "pointwise_kernel", .kernel, window.pointwiseShape(inputs: inner, outputs: filters),
      pointwiseInitializer,
      .init(fans: window.fans))
    try bias.add([filters], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    let spatial = try window.outputSizes(input, call)
    return [window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: filters)]
  }

  /// Depthwise kernels run forwards on Theano too.
  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(
      layer, ["depthwise_kernel": window.forwardKernelForm, "pointwise_kernel": window.forwardKernelForm],
      endsIn: "pointwise_kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let area = try? window.area(call), let channels = try? window.channels(call),
      let inner = try? depthwiseChannels(channels, multiplier, call)
    else { return [.opaque] }
    return layer.linear(
      "depthwise_kernel",
      .init(
        fanIn: area, fanOut: window.outputsPerInput(call, multiplier), units: multiplier,
        coverage: window.coverage(call), isDepthwise: true, hasBias: false))
      + layer.linear("pointwise_kernel", .init(fanIn: inner, units: filters)) + [.activation(activation)]
  }
}
