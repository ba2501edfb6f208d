import OrderedJSON
import SignalGraph
import Tensors

/// `LocallyConnected1D`, `LocallyConnected2D` of Keras 1 and 2: a convolution with kernels of its own at every place.
struct LocallyConnected<Rank: SpatialRank>: LayerKind {
  static var classNames: [String] { ["LocallyConnected\(Rank.rank)D"] }

  private let filters: Int
  private let implementation: Int
  private let window: SpatialWindow
  private let kernelInitializer: InitializerReference
  private let bias: BiasDeclaration
  private let activation: Activation

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    implementation = try config.positive("implementation", default: 1)
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    guard implementation <= 2 || (implementation == 3 && window.padding == .valid) else {
      throw config.error("implementation", expected: "1 or 2, or 3 without padding")
    }
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
  }

  /// The sizes of the output's spatial axes, which must be known: each place has weights.
  private func places(_ call: LayerCall) throws(ArchitectureError) -> [Int] {
    let sizes = try window.outputSizes(try window.input(call), call)
    let known = sizes.compactMap { $0 }
    guard known.count == sizes.count else {
      throw call.error("the input's spatial sizes must be known; found the shape \(try call.input)")
    }
    return known
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let places = try places(call)
    let channels = try window.channels(call)
    guard let count = CheckedSize.product(places),
      let inputs = CheckedSize.product([try window.area(call), channels]),
      let total = CheckedSize.product([count, inputs, filters])
    else { throw call.error("the kernel is too large") }
    let shape =
      switch implementation {
      case 1: [count, inputs, filters]
      case 2: try denseShape(call, places, channels)
      default: [total]
      }
    try weights.add("kernel", .kernel, shape, kernelInitializer)
    try bias.add(places + [filters], weights)
  }

  /// The shape of a kernel from every place of the input to every place of the output.
  private func denseShape(
    _ call: LayerCall, _ places: [Int], _ channels: Int
  ) throws(ArchitectureError) -> [Int] {
    let sizes = window.dataFormat.spatial(try window.input(call)).compactMap { $0 }
    return window.dataFormat == .channelsFirst
      ? [channels] + sizes + [filters] + places : sizes + [channels] + places + [filters]
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    return [window.dataFormat.shape(batch: input.batch, spatial: try places(call), channels: filters)]
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call) else {
      return [.opaque]
    }
    return layer.linear(
      "kernel", fanIn: area * channels, fanOut: window.outputsPerInput(call, filters), units: filters,
      coverage: window.coverage(call)) + [.activation(activation)]
  }
}

/// `CuDNNLSTM` and `CuDNNGRU` of Keras 2: the weights of an LSTM or GRU with two biases for each gate.
struct AcceleratedRecurrent: LayerKind {
  static let classNames = ["CuDNNGRU", "CuDNNLSTM"]

  private let units, gates: Int
  private let hasUnitForgetBias: Bool
  private let kernel, recurrentKernel, bias: InitializerReference
  private let returnsSequences, returnsState: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    units = try config.positive("units")
    gates = config.className == "CuDNNLSTM" ? 4 : 3
    hasUnitForgetBias = try config.bool("unit_forget_bias", default: gates == 4)
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    recurrentKernel = try config.initializer("recurrent_initializer", default: "orthogonal")
    bias = try config.initializer("bias_initializer", default: "zeros")
    returnsSequences = try config.bool("return_sequences", default: false)
    returnsState = try config.bool("return_state", default: false)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let features = try call.knownSize(try call.input(rank: 3), axis: -1)
    guard let columns = CheckedSize.product([2 * gates, units]) else {
      throw call.error("`units` is too large")
    }
    try weights.add("kernel", .kernel, [features, columns / 2], kernel)
    try weights.add("recurrent_kernel", .recurrentKernel, [units, columns / 2], recurrentKernel)
    guard hasUnitForgetBias else {
      try weights.add("bias", .bias, [columns], bias)
      return
    }
    let ones = weights.fixedInitializer("ones")
    try weights.add(
      "bias", .bias, [columns], parts: [([5 * units], bias), ([units], ones), ([2 * units], bias)])
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try call.input(rank: 3)
    let state: PartialShape = [input.batch, units]
    let output: PartialShape = returnsSequences ? [input.batch, input.dimensions[1], units] : state
    return [output] + (returnsState ? Array(repeating: state, count: gates == 4 ? 2 : 1) : [])
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}

/// `RandomHeight` and `RandomWidth` of Keras 2: one size of the image is not known afterwards.
struct RandomSize: LayerKind {
  static let classNames = ["RandomHeight", "RandomWidth"]

  private let axisFromEnd: Int
  private let generator: AugmentationGenerator

  init(_ config: LayerConfig) throws(ArchitectureError) {
    generator = AugmentationGenerator(config)
    axisFromEnd = config.className == "RandomHeight" ? 3 : 2
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    generator.build(weights)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var shape = try call.input(minimumRank: 3)
    shape.dimensions[shape.rank - axisFromEnd] = nil
    return [shape]
  }
}
