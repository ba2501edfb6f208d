import SignalGraph

/// The functions of a cell's gates and of its output, and what training drops.
struct GateFunctions {
  let activations: Recurrence.Activations
  /// What the hard sigmoids of gates and of the output divide by.
  let divisors: (gates: Double?, output: Double?)
  /// Whether training drops some inputs or states.
  let hasDropout: Bool

  /// - Parameter config: the cell's configuration.
  /// - Throws: what is wrong with a field.
  init(_ config: LayerConfig) throws(ArchitectureError) {
    let usual = config.usualGateActivation
    activations = Recurrence.Activations(
      output: config.activation(default: "tanh"),
      gates: Activation(kerasName: config.activationName("recurrent_activation", default: usual)))
    divisors = (
      config.hardSigmoidDivisor("recurrent_activation", default: usual), config.hardSigmoidDivisor()
    )
    let dropouts = [
      try config.double("dropout", default: 0), try config.double("recurrent_dropout", default: 0),
    ]
    hasDropout = dropouts.contains { $0 > 0 }
  }
}
