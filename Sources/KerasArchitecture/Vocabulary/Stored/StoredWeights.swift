import Tensors

/// The weights of one layer in an existing file, with the initializers that fill them.
struct StoredWeights {
  private struct Weight {
    let tensor: TensorTree.Tensor
    let name: String
    let role: WeightRole
    let initializer: InitializerReference
    let isGuessed: Bool
    let isTrainable: Bool
  }

  private let weights: [Weight]

  /// - Parameters:
  ///   - tree: the layer in the file.
  ///   - config: the layer's configuration; its initializers win over guesses.
  /// - Throws: what is wrong with a declared initializer.
  init(_ tree: TensorTree, _ config: LayerConfig) throws(ArchitectureError) {
    let guesses = StoredGuess.guesses(tree, mean: config.context.template?.mean)
    var declared: [String: InitializerReference] = [:]
    let names = Set(guesses.map(\.name))
    for (guess, tensor) in zip(guesses, tree.tensors)
    where declared[guess.name] == nil && tensor.dtype.isFloatingPoint {
      if let key = guess.declaringField(in: config, among: names) {
        declared[guess.name] = try config.initializer(key, default: "zeros")
      }
    }
    self.init(tree, guesses, config) { guess in declared[guess.name].map { ($0, isGuessed: false) } }
  }

  /// The weights of a layer without a configuration of its own, inside the layer that `config` describes:
  /// what that declares for a kernel is likely to be meant for those of the layers that it holds.
  init(_ tree: TensorTree, undeclaredIn config: LayerConfig) {
    let guesses = StoredGuess.guesses(tree, mean: config.context.template?.mean)
    let names = Set(guesses.map(\.name))
    self.init(tree, guesses, config) { guess in
      guess.declaringField(in: config, among: names).flatMap { try? config.initializer($0, default: "zeros") }
        .map { ($0, isGuessed: true) }
    }
  }

  private init(
    _ tree: TensorTree, _ guesses: [StoredGuess], _ config: LayerConfig,
    declared: (StoredGuess) -> (InitializerReference, isGuessed: Bool)?
  ) {
    // Files have non-trainable weights at the end, so a statistic in the middle is a wrong guess.
    let firstStatistic = guesses.lastIndex { $0.role != .statistic }.map { $0 + 1 } ?? 0
    weights = zip(tree.tensors, guesses).enumerated().map { index, pair in
      let (tensor, guess) = pair
      let isFloat = tensor.dtype.isFloatingPoint
      // What is quantized is computed from what was drawn, and begins as zeros.
      let initializer =
        (isFloat ? declared(guess) : nil)
        ?? (config.fixedInitializer(isFloat ? Self.initializer(guess) : "zeros"), isGuessed: true)
      return Weight(
        tensor: tensor, name: guess.name, role: guess.role, initializer: initializer.0,
        isGuessed: initializer.isGuessed, isTrainable: isFloat && index < firstStatistic)
    }
  }

  private static func initializer(_ guess: StoredGuess) -> String {
    switch guess.role {
    case .kernel: "glorot_uniform"
    case .recurrentKernel: "orthogonal"
    case .embeddings: "uniform"
    case .scale: "ones"
    case .statistic where guess.name.contains("var") || guess.name.contains("std"): "ones"
    case .bias, .offset, .statistic, .activation: "zeros"
    }
  }

  func add(_ recorder: WeightRecorder) throws(ArchitectureError) {
    for weight in weights {
      try recorder.add(
        weight.name, weight.role, weight.tensor.shape.dimensions, weight.initializer,
        .init(
          isTrainable: weight.isTrainable, dtype: weight.tensor.dtype,
          stored: .init(name: weight.tensor.name, isGuessed: weight.isGuessed)))
    }
  }
}
