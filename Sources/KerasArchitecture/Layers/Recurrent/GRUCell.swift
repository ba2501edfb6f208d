import OrderedJSON
import SignalGraph

/// `GRUCell`: the gates update, reset, hidden; with `reset_after` there are two rows of biases.
struct GRUCell: GatedCell {
  static let classNames = ["GRUCell"]
  static let layerClassName = "GRU"
  static let recurrenceCell = Recurrence.Cell.gated
  static let stateCount = 1

  private let gates: GateWeights
  private let resetsAfter: Bool
  var units: Int { gates.units }
  var activations: Recurrence.Activations { gates.functions.activations }
  var hasDropout: Bool { gates.functions.hasDropout }

  init(_ config: LayerConfig) throws(ArchitectureError) {
    gates = try GateWeights(config, gateNames: ["z", "r", "h"])
    // Multi-backend Keras before 2.2 always applied the reset gate before, and its JSON does not say so.
    resetsAfter = try config.bool(
      "reset_after", default: ![.keras1, .multiBackendKeras2].contains(config.generation.family))
    config.seedGenerator()
  }

  func build(_ call: LayerCall, _ weights: WeightRecorder) throws(ArchitectureError) {
    if try gates.addGateByGate(call, weights) { return }
    try gates.addKernels(gates: 3, call, weights)
    let columns = try gates.columns(gates: 3, call)
    try gates.bias.add(resetsAfter ? [2, columns] : [columns], weights)
  }

  func meaning(of layer: Layer) -> WeightMeaning? {
    gates.meaning("GRU", gates: ["z", "r", "h"], outputGate: "h", hasTwoBiases: resetsAfter, of: layer)
  }
}
