import OrderedJSON
import SignalGraph
import Tensors

/// A cell of gates over one kernel and one recurrent kernel.
protocol GatedCell: RecurrentCell {
  /// The class of the layer that runs this cell over a sequence.
  static var layerClassName: String { get }
  var units: Int { get }
  /// How many states a step hands to the next one.
  static var stateCount: Int { get }
  /// What the cell does to the signal.
  static var recurrence: Recurrence.Cell { get }
  var activations: (output: Activation, gates: Activation) { get }
  var hasDropout: Bool { get }
}

/// What runs a sequence step by step: its first output is the step's, the others are its states.
protocol RecurrentCell: LayerKind {}

extension RecurrentCell {
  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: [layer.weight("kernel")].compactMap { $0 })]
  }
}

/// A cell over a sequence.
protocol SequenceLayer: LayerKind {
  var cell: Layer { get }
  var sequence: SequenceOptions { get }
}

extension SequenceLayer {
  var children: [LayerChildren] { [LayerChildren("cell", cell)] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try cell.build(call.forwarded(to: cell, try call.timeStep()))
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try sequence.outputShapes(call, cell: cell)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let step = try? call.timeStep() else { return [.opaque] }
    let inner = call.forwarded(to: cell, step)
    // An initial state is another signal, and may be anything.
    if (call.positional + call.keywords.map(\.value)).flatMap(\.tensors).count == 1,
      let recurrence = (cell.kind as? any GatedCell)?.recurrence(
        inner, cell, steps: (try? call.input)?.dimensions[1], sequence)
    {
      return [.recurrence(recurrence)]
    }
    return cell.kind.signal(inner, cell)
  }
}

extension GatedCell {
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let state = PartialShape([try call.input.batch, units])
    return Array(repeating: state, count: 1 + Self.stateCount)
  }

  /// The cell over a sequence; `nil` if it has not the kernels of this Keras's cells.
  func recurrence(
    _ call: LayerCall, _ layer: Layer, steps: Int?, _ sequence: SequenceOptions
  ) -> Recurrence? {
    guard let kernel = layer.weight("kernel"), let recurrentKernel = layer.weight("recurrent_kernel"),
      let features = try? call.input.last
    else { return nil }
    return Recurrence(
      Self.recurrence, kernel: kernel, recurrentKernel: recurrentKernel, bias: layer.weight("bias"),
      inputs: features, units: units, steps: steps, returnsSequences: sequence.returnsSequences,
      hasDropout: hasDropout,
      activation: activations.output, recurrentActivation: activations.gates)
  }
}

/// The weights that all cells have: `gates · units` columns in both kernels.
private struct GateWeights {
  let units: Int
  let kernel, recurrentKernel: InitializerReference
  let bias: BiasDeclaration
  let activations: (output: Activation, gates: Activation)
  let hasDropout: Bool
  private let separateGates: SeparateGates?
  /// Keras 1.2 fills both kernels of a gate by `init`: `inner_init` only counts if the gates are stored together.
  private let ignoresInnerInit: Bool

  /// - Parameters:
  ///   - config: the layer's.
  ///   - gateNames: what Keras 1 calls the gates, in the order of its files.
  /// - Throws: what is wrong with a field.
  init(_ config: LayerConfig, gateNames: [String] = []) throws(ArchitectureError) {
    units = try config.positive("units")
    kernel = try config.initializer("kernel_initializer", default: "glorot_uniform")
    recurrentKernel = try config.initializer("recurrent_initializer", default: "orthogonal")
    bias = try BiasDeclaration(config)
    let gates = config.activationName("recurrent_activation", default: "sigmoid")
    let dropouts = [
      try config.double("dropout", default: 0), try config.double("recurrent_dropout", default: 0),
    ]
    hasDropout = dropouts.contains { $0 > 0 }
    activations = (config.activation(default: "tanh"), Activation(kerasName: gates))
    separateGates = config["consume_less"] == "gpu" ? nil : try SeparateGates(config, names: gateNames)
    ignoresInnerInit = config.generation.isAtLeast(1, 2)
  }

  /// Adds everything gate by gate, if this Keras does; otherwise returns false.
  func addGateByGate(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) -> Bool {
    guard let separateGates else { return false }
    let features = try call.knownSize(try call.input, axis: -1)
    try separateGates.add(
      units: units, ([features, units], kernel),
      ([units, units], ignoresInnerInit ? kernel : recurrentKernel),
      bias, weights)
    return true
  }

  func addKernels(gates: Int, _ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    let features = try call.knownSize(try call.input, axis: -1)
    guard let columns = CheckedSize.product([gates, units]) else { throw call.error("`units` is too large") }
    try weights.add("kernel", .kernel, [features, columns], kernel)
    try weights.add("recurrent_kernel", .recurrentKernel, [units, columns], recurrentKernel)
  }
}

/// `SimpleRNNCell`: kernels of `units` columns.
struct SimpleRNNCell: GatedCell {
  static let classNames = ["SimpleRNNCell"]
  static let layerClassName = "SimpleRNN"
  static let recurrence = Recurrence.Cell.simple
  static let stateCount = 1

  private let gates: GateWeights
  var units: Int { gates.units }
  var activations: (output: Activation, gates: Activation) { gates.activations }
  var hasDropout: Bool { gates.hasDropout }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    config.seedGenerator()
    gates = try GateWeights(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try gates.addKernels(gates: 1, call, weights)
    try gates.bias.add([units], weights)
  }
}

/// `LSTMCell`: the gates input, forget, cell, output.
struct LSTMCell: GatedCell {
  static let classNames = ["LSTMCell"]
  static let layerClassName = "LSTM"
  static let recurrence = Recurrence.Cell.longShortTerm
  static let stateCount = 2

  private let gates: GateWeights
  private let hasUnitForgetBias: Bool
  private let forgetBias: InitializerReference?
  var units: Int { gates.units }
  var activations: (output: Activation, gates: Activation) { gates.activations }
  var hasDropout: Bool { gates.hasDropout }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    gates = try GateWeights(config, gateNames: SeparateGates.lstm)
    hasUnitForgetBias = try config.bool("unit_forget_bias", default: true)
    forgetBias = try SeparateGates.forgetBias(config)
    config.seedGenerator()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    if try gates.addGateByGate(call, weights) { return }
    try gates.addKernels(gates: 4, call, weights)
    if hasUnitForgetBias {
      try gates.bias.addWithForgetGate(units: units, weights, forget: forgetBias)
    } else {
      try gates.bias.add([4 * units], weights)
    }
  }
}

/// `GRUCell`: the gates update, reset, hidden; with `reset_after` there are two rows of biases.
struct GRUCell: GatedCell {
  static let classNames = ["GRUCell"]
  static let layerClassName = "GRU"
  static let recurrence = Recurrence.Cell.gated
  static let stateCount = 1

  private let gates: GateWeights
  private let resetsAfter: Bool
  var units: Int { gates.units }
  var activations: (output: Activation, gates: Activation) { gates.activations }
  var hasDropout: Bool { gates.hasDropout }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    gates = try GateWeights(config, gateNames: ["z", "r", "h"])
    // Multi-backend Keras before 2.2 knew only the other order, and its JSON does not say so.
    resetsAfter = try config.bool(
      "reset_after", default: ![.keras1, .multiBackendKeras2].contains(config.generation.family))
    config.seedGenerator()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    if try gates.addGateByGate(call, weights) { return }
    try gates.addKernels(gates: 3, call, weights)
    try gates.bias.add(resetsAfter ? [2, 3 * units] : [3 * units], weights)
  }
}

/// `SimpleRNN`, `LSTM`, `GRU`: a cell over a sequence.
struct RecurrentLayer<Cell: GatedCell>: SequenceLayer {
  static var classNames: [String] { [Cell.layerClassName] }

  let cell: Layer
  let sequence: SequenceOptions

  init(_ config: LayerConfig) throws(ArchitectureError) {
    // Errors about the cell's fields are errors about the layer's.
    cell = try config.ownedLayer(Cell.self, config.object, name: PythonNames.snakeCase(Cell.classNames[0]))
    sequence = try SequenceOptions(config)
  }
}

/// `RNN`: any cell over a sequence.
struct RNN: SequenceLayer {
  static let classNames = ["RNN"]

  let cell: Layer
  let sequence: SequenceOptions

  init(_ config: LayerConfig) throws(ArchitectureError) {
    // A list of cells stands for a stack of them.
    if config["cell"]?.arrayValue != nil {
      cell = try config.ownedLayer(
        StackedRNNCells.self, JSONObject([.init(key: "cells", value: config["cell"] ?? .null)]),
        name: "stacked_rnn_cells")
    } else {
      cell = try config.layer("cell")
    }
    sequence = try SequenceOptions(config)
  }
}

/// `StackedRNNCells`: each cell's output is the next one's input.
struct StackedRNNCells: RecurrentCell {
  static let classNames = ["StackedRNNCells"]

  private let cells: [Layer]

  init(_ config: LayerConfig) throws(ArchitectureError) {
    cells = try config.layers("cells")
    guard !cells.isEmpty else { throw config.error("cells", expected: "one cell or more") }
  }

  var children: [LayerChildren] { [LayerChildren("cells", list: cells)] }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    _ = try outputShapes(call)
  }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    var input = try call.input
    var states: [PartialShape] = []
    for cell in cells {
      let step = try cell.call(call.forwarded(to: cell, input))
      states += step.dropFirst()
      input = step[0]
    }
    return [input] + states
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    [.opaque(kernels: cells.flatMap { $0.kind.signal(call, $0).flatMap(\.kernels) })]
  }
}

/// Which outputs a recurrent layer returns.
struct SequenceOptions {
  let returnsSequences: Bool
  let returnsState: Bool

  init(_ config: LayerConfig) throws(ArchitectureError) {
    returnsSequences = try config.bool("return_sequences", default: false)
    returnsState = try config.bool("return_state", default: false)
  }

  /// The output, then the states if they are returned.
  func outputShapes(_ call: LayerCall, cell: Layer) throws(ArchitectureError) -> [PartialShape] {
    let step = try cell.call(call.forwarded(to: cell, try call.timeStep()))
    let input = try call.input
    let time = returnsSequences ? [input.dimensions[1]] : []
    return [PartialShape([input.batch] + time + step[0].dimensions.dropFirst())]
      + (returnsState ? step.dropFirst() : [])
  }
}

extension LayerCall {
  /// The shape of one step of a sequence: the input without its second axis.
  func timeStep() throws(ArchitectureError) -> PartialShape {
    let input = try input(minimumRank: 3)
    return PartialShape([input.batch] + input.dimensions.dropFirst(2))
  }
}
