import OrderedJSON

/// `RNN`: any cell over a sequence.
struct RNN: SequenceLayer {
  static let classNames = ["RNN"]

  let cell: Layer
  let sequence: SequenceOptions

  init(_ config: LayerConfig) throws(ArchitectureError) {
    // A list of cells is short for a stack of them.
    if config["cell"]?.arrayValue != nil {
      cell = try config.ownedLayer(
        StackedRNNCells.self, JSONObject([.init(key: "cells", value: config["cell"] ?? .null)]),
        name: "stacked_rnn_cells")
    } else {
      cell = try config.layer("cell")
    }
    sequence = try SequenceOptions(config)
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgradeSequence(&form, of: layer, upgrader)
    form.config["cell"] = .object(upgrader.form(of: cell, isNested: true))
    if upgrader.hasMasks, cell.config.className == "StackedRNNCells",
      cell.kind.children.flatMap(\.layers).count == 1
    {
      upgrader.refuse(layer, "it stacks one cell alone, which Keras 3 cannot run behind a mask")
    }
  }
}
