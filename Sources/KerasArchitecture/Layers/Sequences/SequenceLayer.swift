import OrderedJSON
import SignalGraph
import Tensors

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

  /// A list or a stack of cells is paired cell by cell.
  func meaning(of layer: Layer) -> WeightMeaning? { cell.kind.meaning(of: cell) }

  func outputShapes(_ call: LayerCall) throws(ArchitectureError) -> [PartialShape] {
    try sequence.outputShapes(call, cell: cell)
  }

  func signal(_ call: LayerCall, _ layer: Layer) -> [SignalOperation] {
    guard let step = try? call.timeStep() else { return [.opaque] }
    let inner = call.forwarded(to: cell, step)
    // An initial state is another signal, of unknown scale.
    if (call.positional + call.keywords.map(\.value)).flatMap(\.tensors).count == 1,
      var recurrence = cell.kind.recurrence(inner, cell)
    {
      recurrence.steps = (try? call.input)?.dimensions[1]
      recurrence.returnsSequences = sequence.returnsSequences
      return [.recurrence(recurrence)]
    }
    return cell.kind.signal(inner, cell)
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgradeSequence(&form, of: layer, upgrader)
  }

  /// What all layers over sequences have.
  func upgradeSequence(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    if form.config["time_major"] == true {
      upgrader.refuse(layer, "`time_major` is true: Keras 3 reads sequences with the batch first only")
    }
    form.config["time_major"] = nil
    form.config["num_constants"] = nil
  }

  func upgrade(_ call: inout UpgradedCall, of layer: Layer, _ upgrader: ModelUpgrader) { call.splitStates() }
}
