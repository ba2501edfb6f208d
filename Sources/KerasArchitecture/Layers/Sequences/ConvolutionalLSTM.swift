import OrderedJSON

/// `ConvLSTM1D`, `ConvLSTM2D`, `ConvLSTM3D`.
struct ConvolutionalLSTM<Rank: SpatialRank>: SequenceLayer {
  static var classNames: [String] { ["ConvLSTM\(Rank.rank)D"] }

  let cell: Layer
  let sequence: SequenceOptions

  init(_ config: LayerConfig) throws(ArchitectureError) {
    cell = try config.ownedLayer(ConvolutionalLSTMCell<Rank>.self, config.object, name: "conv_lstm_cell")
    sequence = try SequenceOptions(config)
  }

  func upgrade(_ form: inout UpgradedLayer, of layer: Layer, _ upgrader: ModelUpgrader) {
    upgradeSequence(&form, of: layer, upgrader)
    form.config["recurrent_activation"] =
      form.config["recurrent_activation"] ?? .string(layer.config.usualGateActivation)
    upgrader.noteSteeperGates(layer)
    upgrader.refuseHardSigmoid(of: layer)
  }
}
