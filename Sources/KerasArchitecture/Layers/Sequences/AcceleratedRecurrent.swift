import OrderedJSON
import SignalGraph
import Tensors

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
    guard let columns = CheckedSize.product([gates, units]), let biases = CheckedSize.product([2, columns]),
      let first = CheckedSize.product([5, units]), let last = CheckedSize.product([2, units])
    else { throw call.error("`units` is too large: expected at most 2^56; found \(units)") }
    try weights.add("kernel", .kernel, [features, columns], kernel)
    try weights.add("recurrent_kernel", .recurrentKernel, [units, columns], recurrentKernel)
    guard hasUnitForgetBias else {
      try weights.add("bias", .bias, [biases], bias)
      return
    }
    let ones = weights.fixedInitializer("ones")
    try weights.add(
      "bias", .bias, [biases], parts: [([first], bias), ([units], ones), ([last], bias)])
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

  func meaning(of layer: Layer) -> WeightMeaning? {
    let isLSTM = gates == 4
    return GateMeaning(
      kind: isLSTM ? "LSTM" : "GRU", gates: isLSTM ? ["i", "f", "c", "o"] : ["z", "r", "h"],
      form: .accelerated, hasTwoBiases: !isLSTM, divisors: [:]
    ).meaning(layer.ownWeight)
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    form.className = gates == 4 ? "LSTM" : "GRU"
    form.config["activation"] = "tanh"
    form.config["recurrent_activation"] = "sigmoid"
    if gates == 3 { form.config["reset_after"] = true }
    form.config["num_constants"] = nil
    form.config["time_major"] = nil
    upgrader.note(
      .recomputed, layer,
      "\(layer.config.className) is a plain \(form.className): kernels are arranged by gate, "
        + "and two biases are added"
    )
  }

  func upgrade(_ call: inout UpgradedCall, of layer: Layer, _ upgrader: ModelUpgrader) { call.splitStates() }
}
