import SignalGraph
import Tensors

/// `Conv1D`, `Conv2D`, `Conv3D`: kernel `(…sizes, channels / groups, filters)`, bias `(filters,)`.
struct Convolution<Rank: SpatialRank>: KernelVariantLayer {
  static var classNames: [String] { ["Conv\(Rank.rank)D", "Convolution\(Rank.rank)D"] }
  static var keras1ClassNames: [String] { Rank.rank == 3 ? [] : ["AtrousConvolution\(Rank.rank)D"] }

  private let filters: Int
  private let groups: Int
  private let window: SpatialWindow
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation
  private let divisor: Double?
  private let variant: KernelVariant

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    groups = try config.positive("groups", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    guard filters.isMultiple(of: groups) else {
      throw config.place.error("`filters` (\(filters)) must be a multiple of `groups` (\(groups))")
    }
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
    variant = try KernelVariant(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let channels = try window.channels(call)
    guard channels.isMultiple(of: groups) else {
      throw call.error("the input's \(channels) channels are not a multiple of `groups` (\(groups))")
    }
    let shape = window.kernelShape(inputs: channels / groups, outputs: filters)
    try weights.add(
      "kernel", .kernel, shape, kernelInitializer, .init(isFrozen: variant.rank != nil, fans: window.fans))
    try bias.add([filters], weights)
    try variant.addAfterBias(shape, weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    let spatial = try window.outputSizes(input, call)
    return [window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: filters)]
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(layer, ["kernel": window.kernelForm], endsIn: "kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call),
      let fanIn = CheckedSize(channels).divided(by: groups).times(area).value
    else { return [.opaque] }
    return layer.linear(
      "kernel",
      .init(
        fanIn: fanIn, fanOut: window.outputsPerInput(call, filters / groups),
        units: filters / groups, coverage: window.coverage(call))) + [.activation(activation)]
  }
}
