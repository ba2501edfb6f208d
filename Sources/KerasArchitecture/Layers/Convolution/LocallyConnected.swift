import SignalGraph
import Tensors

/// `LocallyConnected1D`, `LocallyConnected2D` of Keras 1 and 2: a convolution with a kernel of its own at
/// every position.
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

  /// The sizes of the output's spatial axes, which must be known: each position has weights.
  private func positionSizes(_ call: LayerCall) throws(ArchitectureError) -> [Int] {
    let sizes = try window.outputSizes(try window.input(call), call)
    let known = sizes.compactMap { $0 }
    guard known.count == sizes.count else {
      throw call.error("the input's spatial sizes must be known; found the shape \(try call.input)")
    }
    return known
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let positions = try positionSizes(call)
    let channels = try window.channels(call)
    guard let count = CheckedSize.product(positions),
      let inputs = CheckedSize.product([try window.area(call), channels]),
      let total = CheckedSize.product([count, inputs, filters])
    else { throw call.error("the kernel is too large") }
    let shape =
      switch implementation {
      case 1: [count, inputs, filters]
      case 2: try denseShape(call, positions, channels)
      default: [total]
      }
    try weights.add("kernel", .kernel, shape, kernelInitializer)
    try bias.add(positions + [filters], weights)
  }

  /// The shape of a kernel from every position of the input to every position of the output.
  private func denseShape(
    _ call: LayerCall, _ positions: [Int], _ channels: Int
  ) throws(ArchitectureError) -> [Int] {
    let sizes = window.dataFormat.spatial(try window.input(call)).compactMap { $0 }
    return window.dataFormat == .channelsFirst
      ? [channels] + sizes + [filters] + positions : sizes + [channels] + positions + [filters]
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    return [window.dataFormat.shape(batch: input.batch, spatial: try positionSizes(call), channels: filters)]
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
