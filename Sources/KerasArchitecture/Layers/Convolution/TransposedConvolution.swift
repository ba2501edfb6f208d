import SignalGraph
import Tensors

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
  private let divisor: Double?

  init(_ config: LayerConfig) throws(ArchitectureError) {
    filters = try config.positive("filters")
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    outputPadding = try Self.outputPadding(config, window)
    kernelInitializer = try config.initializer("kernel_initializer", default: "glorot_uniform")
    bias = try BiasDeclaration(config)
    activation = config.activation()
    divisor = config.hardSigmoidDivisor()
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
    let scaled = CheckedSize(size).times(stride)
    let extent = window.reach(axis).plus(1)
    let result =
      switch (window.padding, outputPadding?[axis]) {
      case (.same, nil): scaled
      case (_, nil): scaled.plus(extent.minus(stride).value.map { max($0, 0) })
      case (.same, let padding?):
        scaled.minus(stride).plus(extent.value.map { $0.isMultiple(of: 2) ? 0 : 1 }).plus(padding)
      case (_, let padding?): scaled.minus(stride).plus(extent.value).plus(padding)
      }
    guard extent.value != nil, let value = result.value, value > 0 else {
      throw call.error(
        "the output has no possible size along axis \(axis + 1): the input has \(size), `kernel_size` is "
          + "\(window.sizes[axis]), `strides` \(stride) and `dilation_rate` \(window.dilations[axis]); "
          + "expected a size from 1 to 2^63 - 1")
    }
    return value
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    .linear(layer, ["kernel": window.kernelForm], endsIn: "kernel", divisor)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let channels = try? window.channels(call), let area = try? window.area(call),
      let strides = CheckedSize.product(window.strides),
      let taps = CheckedSize(area).divided(by: strides).value,
      let fanIn = CheckedSize.product([max(1, taps), channels])
    else { return [.opaque] }
    // Each output position gets one in `strides` taps on average.
    return layer.linear(
      "kernel",
      .init(
        fanIn: fanIn, fanOut: Double(area) * Double(filters),
        units: filters, unitAxis: -2)) + [.activation(activation)]
  }
}
