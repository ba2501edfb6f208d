import SignalGraph

/// `LSTMCell`: the gates input, forget, cell, output.
struct LSTMCell: GatedCell {
  static let classNames = ["LSTMCell"]
  static let layerClassName = "LSTM"
  static let recurrenceCell = Recurrence.Cell.longShortTerm
  static let stateCount = 2

  private let gates: GateWeights
  private let hasUnitForgetBias: Bool
  private let forgetBias: InitializerReference?
  var units: Int { gates.units }
  var activations: Recurrence.Activations { gates.functions.activations }
  var hasDropout: Bool { gates.functions.hasDropout }

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
      try gates.bias.add([gates.columns(gates: 4, call)], weights)
    }
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    gates.meaning("LSTM", gates: ["i", "f", "c", "o"], outputGate: "c", of: layer)
  }
}
