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

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call) else {
      return [.opaque]
    }
    return layer.linear(
      "kernel", fanIn: area * (channels / groups), fanOut: window.outputsPerInput(call, filters / groups),
      units: filters / groups, coverage: window.coverage(call)) + [.activation(activation)]
  }
}

/// `Conv1DTranspose`, `Conv2DTranspose`, `Conv3DTranspose`: kernel `(…sizes, filters, channels)`.
struct TransposedConvolution<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] {
    ["Conv\(Rank.rank)DTranspose", "Convolution\(Rank.rank)DTranspose"]
      + (Rank.rank == 1 ? [] : ["Deconvolution\(Rank.rank)D"])
  }

  private let filters: Int
  private let window: SpatialWindow
  private let outputPadding: [Int]?
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    outputPadding = try Self.outputPadding(config, window)
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
  }

  private static func outputPadding(
    _ config: LayerConfig, _ window: SpatialWindow
  ) throws(ArchitectureError) -> [Int]? {
    guard config["output_padding"] != nil else { return nil }
    let list = try config.integers("output_padding")
    let padding = list.count == 1 ? Array(repeating: list[0], count: Rank.rank) : list
    guard padding.count == Rank.rank, zip(padding, window.strides).allSatisfy({ $0 >= 0 && $0 < $1 }) else {
      throw config.error("output_padding", expected: "smaller than `strides` and not negative")
    }
    return padding
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let channels = try window.channels(call)
    try weights.add("kernel", .kernel, window.sizes + [filters, channels], kernelInitializer)
    try bias.add([filters], weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    var spatial: [Int?] = []
    for (axis, size) in window.dataFormat.spatial(input).enumerated() {
      spatial.append(try size.map { size throws(ArchitectureError) in try outputSize(size, axis, call) })
    }
    return [window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: filters)]
  }

  private func outputSize(_ size: Int, _ axis: Int, _ call: LayerCall) throws(ArchitectureError) -> Int {
    let stride = window.strides[axis]
    guard
      let extent = CheckedSize.product([window.sizes[axis] - 1, window.dilations[axis]])?.advanced(by: 1),
      let scaled = CheckedSize.product([size, stride]),
      let result = CheckedSize.sum(terms(scaled, stride, extent, outputPadding?[axis])), result > 0
    else { throw call.error("the output would have an impossible size along axis \(axis + 1)") }
    return result
  }

  /// The terms of the output's size, given the input's size times the stride.
  private func terms(_ scaled: Int, _ stride: Int, _ extent: Int, _ padding: Int?) -> [Int] {
    switch (window.padding, padding) {
    case (.same, nil): [scaled]
    case (_, nil): [scaled, max(extent - stride, 0)]
    case (.same, let padding?): [scaled, -stride, extent, -2 * (extent / 2), padding]
    case (_, let padding?): [scaled, -stride, extent, padding]
    }
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call),
      let strides = CheckedSize.product(window.strides)
    else { return [.opaque] }
    // Each output position is reached by one of `strides` taps on average.
    return layer.linear(
      "kernel", fanIn: max(1, area / strides) * channels, fanOut: Double(area) * Double(filters),
      units: filters, unitAxis: -2) + [.activation(activation)]
  }
}

/// `DepthwiseConv1D`, `DepthwiseConv2D`: kernel `(…sizes, channels, depth_multiplier)`.
struct DepthwiseConvolution<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["DepthwiseConv\(Rank.rank)D"] }

  private let multiplier: Int
  private let window: SpatialWindow
  private let kernelName: String
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    multiplier = try config.positive("depth_multiplier", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    kernelName = config.generation.isKeras3 ? "kernel" : "depthwise_kernel"
    kernelInitializer = try config.initializer("depthwise_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
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

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let area = try? window.area(call) else { return [.opaque] }
    return layer.linear(
      kernelName, fanIn: area, fanOut: window.outputsPerInput(call, multiplier), units: multiplier,
      coverage: window.coverage(call), isDepthwise: true) + [.activation(activation)]
  }
}

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

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    multiplier = try config.positive("depth_multiplier", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    depthwiseInitializer = try config.initializer("depthwise_initializer", default: "glorot_uniform")
    pointwiseInitializer = try config.initializer("pointwise_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
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

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let area = try? window.area(call), let channels = try? window.channels(call),
      let inner = try? depthwiseChannels(channels, multiplier, call)
    else { return [.opaque] }
    return layer.linear(
      "depthwise_kernel", fanIn: area, fanOut: window.outputsPerInput(call, multiplier), units: multiplier,
      coverage: window.coverage(call), isDepthwise: true, hasBias: false)
      + layer.linear("pointwise_kernel", fanIn: inner, units: filters) + [.activation(activation)]
  }
}

/// The number of channels between a depthwise kernel and what follows it.
private func depthwiseChannels(
  _ channels: Int, _ multiplier: Int, _ call: LayerCall
) throws(ArchitectureError) -> Int {
  guard let product = CheckedSize.product([channels, multiplier]) else {
    throw call.error("`depth_multiplier` is too large")
  }
  return product
}
