import SignalGraph

/// `SimpleRNNCell`: kernels of `units` columns.
struct SimpleRNNCell: GatedCell {
  static let classNames = ["SimpleRNNCell"]
  static let layerClassName = "SimpleRNN"
  static let recurrenceCell = Recurrence.Cell.simple
  static let stateCount = 1

  private let gates: GateWeights
  var units: Int { gates.units }
  var activations: Recurrence.Activations { gates.functions.activations }
  var hasDropout: Bool { gates.functions.hasDropout }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    config.seedGenerator()
    gates = try GateWeights(config)
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    try gates.addKernels(gates: 1, call, weights)
    try gates.bias.add([units], weights)
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    gates.meaning("SimpleRNN", gates: ["h"], outputGate: "h", of: layer)
  }
}
