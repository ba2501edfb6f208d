import Tensors

/// The gates of a cell as Keras 1 stores them: each has a kernel, a recurrent kernel and a bias of its own.
struct SeparateGates {
  /// An LSTM's gates in the order of Keras 1's files: input, cell, forget, output.
  static let lstm = ["i", "c", "f", "o"]

  private let names: [String]
  private let forgetBias: InitializerReference?

  /// `nil` for any other Keras, and for a cell without gates.
  ///
  /// - Parameters:
  ///   - config: the layer's configuration.
  ///   - names: the names of the gates, in the order of the file.
  /// - Throws: what is wrong with a field.
  init?(_ config: LayerConfig, names: [String]) throws(ArchitectureError) {
    guard config.generation.family == .keras1, !names.isEmpty else { return nil }
    self.names = names
    forgetBias = names.contains("f") ? try Self.forgetBias(config) : nil
  }

  /// The initializer of the forget gate's bias in Keras 1; `nil` for any other Keras, where it is always
  /// ones.
  static func forgetBias(_ config: LayerConfig) throws(ArchitectureError) -> InitializerReference? {
    guard config.generation.family == .keras1 else { return nil }
    return try config.initializer("forget_bias_initializer", default: "one")
  }

  func add(
    units: Int, _ kernel: ([Int], InitializerReference), _ recurrentKernel: ([Int], InitializerReference),
    _ bias: BiasDeclaration, _ weights: WeightRecorder
  ) throws(ArchitectureError) {
    for name in names {
      try weights.add("W_\(name)", .kernel, kernel.0, kernel.1)
      try weights.add("U_\(name)", .recurrentKernel, recurrentKernel.0, recurrentKernel.1)
      if name == "f", let forgetBias {
        try weights.add("b_f", .bias, [units], forgetBias)
      } else {
        try bias.addGate("b_\(name)", units: units, weights)
      }
    }
  }
}
