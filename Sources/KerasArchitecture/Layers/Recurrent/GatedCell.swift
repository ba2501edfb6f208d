import OrderedJSON
import SignalGraph

/// A cell of gates over one kernel and one recurrent kernel.
protocol GatedCell: RecurrentCell {
  /// The class of the layer that runs this cell over a sequence.
  static var layerClassName: String { get }
  var units: Int { get }
  /// The number of states that a step passes to the next one.
  static var stateCount: Int { get }
  /// The kind of recurrence.
  static var recurrenceCell: Recurrence.Cell { get }
  var activations: Recurrence.Activations { get }
  var hasDropout: Bool { get }
}

extension GatedCell {
  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    let state = PartialShape([try call.input.batch, units])
    return Array(repeating: state, count: 1 + Self.stateCount)
  }

  func recurrence(_ call: LayerCall, _ layer: Layer) -> Recurrence? {
    guard let kernel = layer.weight("kernel"), let recurrentKernel = layer.weight("recurrent_kernel"),
      let features = try? call.input.last
    else { return nil }
    var recurrence = Recurrence(
      Self.recurrenceCell,
      .init(kernel: kernel, recurrentKernel: recurrentKernel, bias: layer.weight("bias")), inputs: features,
      units: units, activations)
    recurrence.hasDropout = hasDropout
    return recurrence
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    Self.upgradeGates(&form, of: layer, upgrader)
  }

  /// Says what went without saying in an older Keras.
  static func upgradeGates(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    guard recurrenceCell != .simple else { return }
    let config = layer.config
    let usual = config.usualGateActivation
    form.config["recurrent_activation"] = form.config["recurrent_activation"] ?? .string(usual)
    if recurrenceCell == .gated {
      let family = config.generation.family
      form.config["reset_after"] =
        form.config["reset_after"] ?? .bool(![.keras1, .multiBackendKeras2].contains(family))
    }
    upgrader.noteSteeperGates(layer)
    if recurrenceCell == .longShortTerm { upgrader.refuseHardSigmoid(of: layer) }
  }
}
