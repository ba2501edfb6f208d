import SignalGraph
import Tensors

/// `DepthwiseConv1D`, `DepthwiseConv2D`: kernel `(…sizes, channels, depth_multiplier)`.
struct DepthwiseConvolution<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["DepthwiseConv\(Rank.rank)D"] }

  private let multiplier: Int
  private let window: SpatialWindow
  private let kernelName: String
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation
  private let divisor: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    multiplier = try config.positive("depth_multiplier", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    kernelName = config.generation.isKeras3 ? "kernel" : "depthwise_kernel"
    kernelInitializer = try config.initializer("depthwise_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let channels = try window.channels(call)
    try weights.add(kernelName, .kernel, window.sizes + [channels, multiplier], kernelInitializer)
    try bias.add([try depthwiseChannels(channels, multiplier, call)], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    let channels = try depthwiseChannels(try window.channels(call), multiplier, call)
    let spatial = try window.outputSizes(input, call)
    return [window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: channels)]
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(layer, [kernelName: .plain], endsIn: kernelName, divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let area = try? window.area(call) else { return [.opaque] }
    return layer.linear(
      kernelName,
      .init(
        fanIn: area, fanOut: window.outputsPerInput(call, multiplier), units: multiplier,
        coverage: window.coverage(call), isDepthwise: true)) + [.activation(activation)]
  }
}

/// The number of channels that a depthwise kernel returns.
func depthwiseChannels(
  _ channels: Int, _ multiplier: Int, _ call: LayerCall
) throws(ArchitectureError) -> Int {
  guard let product = CheckedSize.product([channels, multiplier]) else {
    throw call.error("`depth_multiplier` is too large")
  }
  return product
}
