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

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgradeSequence(&form, of: layer, upgrader)
    Cell.upgradeGates(&form, of: layer, upgrader)
  }
}
