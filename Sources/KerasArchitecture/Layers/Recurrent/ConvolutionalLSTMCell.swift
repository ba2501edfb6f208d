import SignalGraph
import Tensors

/// The cell of `ConvLSTM1D`, `2D`, `3D`: an LSTM whose kernels are convolutions.
struct ConvolutionalLSTMCell<Rank: SpatialRank>: RecurrentCell {
  static var classNames: [String] { ["ConvLSTMCell"] }

  private let filters: Int
  private let window: SpatialWindow
  private let kernel, recurrentKernel: InitializerReference
  private let bias: BiasDeclaration
  private let hasUnitForgetBias: Bool
  private let separateGates: SeparateGates?
  private let functions: GateFunctions

  init(_ config: LayerConfig) throws(ArchitectureError) {
    config.seedGenerator()
    filters = try config.positive("filters")
    window = try SpatialWindow(convolution: config, rank: Rank.rank)
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    recurrentKernel = try config.initializer("recurrent_initializer", default: "orthogonal")
    bias = try BiasDeclaration(config)
    hasUnitForgetBias = try config.bool("unit_forget_bias", default: true)
    separateGates = try SeparateGates(config, names: SeparateGates.lstm)
    functions = try GateFunctions(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let channels = try window.channels(call)
    if let separateGates {
      try separateGates.add(
        units: filters, (window.kernelShape(inputs: channels, outputs: filters), kernel),
        (window.kernelShape(inputs: filters, outputs: filters), recurrentKernel), bias, weights)
      return
    }
    guard let columns = CheckedSize.product([4, filters]) else { throw call.error("`filters` is too large") }
    try weights.add("kernel", .kernel, window.sizes + [channels, columns], kernel)
    try weights.add("recurrent_kernel", .recurrentKernel, window.sizes + [filters, columns], recurrentKernel)
    if hasUnitForgetBias {
      try bias.addWithForgetGate(units: filters, weights)
    } else {
      try bias.add([columns], weights)
    }
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let input = try window.input(call)
    let spatial = try window.outputSizes(input, call)
    let state = window.dataFormat.shape(batch: input.batch, spatial: spatial, channels: filters)
    return [state, state, state]
  }

  func recurrence(_ call: LayerCall, _ layer: Layer) -> Recurrence? {
    guard let kernel = layer.weight("kernel"), let recurrentKernel = layer.weight("recurrent_kernel"),
      let input = try? window.input(call), let channels = try? window.channels(call),
      let outputs = try? window.outputSizes(input, call), let count = try? window.area(call),
      let stride = CheckedSize.product(window.strides)
    else { return nil }
    var recurrence = Recurrence(
      .longShortTerm,
      .init(kernel: kernel, recurrentKernel: recurrentKernel, bias: layer.weight("bias")), inputs: channels,
      units: filters, functions.activations)
    recurrence.hasDropout = functions.hasDropout
    let sizes = outputs.compactMap(\.self)
    let state = window.dataFormat.shape(batch: nil, spatial: outputs, channels: filters)
    recurrence.window = Recurrence.Window(
      count: count, stride: stride, places: sizes.count == outputs.count ? CheckedSize.product(sizes) : nil,
      coverage: window.coverage(call), recurrentCoverage: window.stateCoverage(of: state))
    return recurrence
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    var divisors: [String: Double] = [:]
    for gate in ["i", "f", "o"] { divisors[gate] = functions.divisors.gates }
    divisors["c"] = functions.divisors.output
    return GateMeaning(
      kind: "ConvLSTM", gates: ["i", "f", "c", "o"], form: separateGates == nil ? .joined : .separate,
      kernel: window.kernelForm, recurrentKernel: window.kernelForm, divisors: divisors
    ).meaning(layer.ownWeight)
  }
}
