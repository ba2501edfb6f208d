import Tensors

extension StoredGuess {
  /// Guesses for a layer whose variables are numbered, as in the files of Keras 3: by the name of its class
  /// or of the attribute that holds it, and by the shapes.
  static func guessesByShape(_ layer: TensorTree, mean: (Int) -> Double?) -> [StoredGuess] {
    let stem = (layer.unit + " " + layer.name).lowercased()
    if let guesses = guessesByClass(layer, stem, mean: mean) { return guesses }
    let ranks = layer.tensors.map(\.shape.rank)
    let isQuantized = layer.tensors.contains { [.int8, .uint8].contains($0.dtype) && $0.shape.rank >= 2 }
    var guesses: [StoredGuess] = []
    for (index, rank) in ranks.enumerated() {
      let hasKernel = guesses.contains { $0.role == .kernel || $0.role == .embeddings }
      if isBias(index, of: layer, stem, hasKernel: hasKernel) {
        guesses.append(StoredGuess(name: "bias", role: .bias))
      } else if rank >= 2, hasKernel, isQuantized, layer.tensors[index].dtype.isFloatingPoint {
        // What the integers of the kernel are multiplied by.
        guesses.append(StoredGuess(name: "scale", role: .scale))
      } else if rank >= 2 {
        guesses.append(matrix(index, stem, hasKernel: hasKernel))
      } else if let mean = mean(layer.tensors[index].index) {
        guesses.append(
          mean > 0.5 ? StoredGuess(name: "scale", role: .scale) : StoredGuess(name: "bias", role: .bias))
      } else if hasKernel {
        guesses.append(StoredGuess(name: "bias", role: .bias))
      } else {
        guesses += normalization(ranks.count - index, hasStatistics: ranks.count - index > 2)
        break
      }
    }
    return guesses
  }

  /// Guesses for layers whose class decides; `nil` for all others.
  private static func guessesByClass(
    _ layer: TensorTree, _ stem: String, mean: (Int) -> Double?
  ) -> [StoredGuess]? {
    let ranks = layer.tensors.map(\.shape.rank)
    if stem.hasPrefix("p_re_lu") || stem.hasPrefix("prelu") {
      return ranks.map { _ in StoredGuess(name: "alpha", role: .activation) }
    }
    if stem.hasPrefix("normalization"), ranks.allSatisfy({ $0 <= 1 }) {
      return ranks.indices.map {
        StoredGuess(name: ["mean", "variance", "count"][min($0, 2)], role: .statistic)
      }
    }
    if stem.hasPrefix("layer_normalization"), ranks.count <= 2 {
      return normalization(ranks.count, hasStatistics: false)
    }
    // Windows that are computed, not learned.
    if stem.hasPrefix("stft") { return ranks.map { _ in StoredGuess(name: "kernel", role: .statistic) } }
    guard stem.contains("norm"), ranks.allSatisfy({ $0 <= 1 }) else { return nil }
    // The only parameter of a normalization that is not Keras's may be added to one.
    let isOffset =
      ranks.count == 1 && !stem.contains("normalization") && (mean(layer.tensors[0].index) ?? 1) < 0.5
    return isOffset
      ? [StoredGuess(name: "scale", role: .offset)]
      : normalization(ranks.count, hasStatistics: stem.contains("batch"))
  }

  /// Whether a tensor of any rank is a bias by its class or its place.
  private static func isBias(
    _ index: Int, of layer: TensorTree, _ stem: String, hasKernel: Bool
  ) -> Bool {
    let shape = layer.tensors[index].shape
    // A GRU has a bias for its inputs and one for its state.
    let isGRU =
      (stem.contains("gru") || layer.unit == "cell") && index == 2 && shape.rank == 2
      && shape.dimensions[0] == 2
    if isGRU || (stem.hasPrefix("locally_connected") && index == 1) { return true }
    return shape.rank >= 2 && hasKernel && hasLastAxes(shape, of: layer.tensors[index - 1].shape)
  }

  /// Whether a weight has the last axes of a kernel, as the bias of an EinsumDense.
  private static func hasLastAxes(_ shape: Shape, of kernel: Shape) -> Bool {
    shape.rank < kernel.rank && kernel.dimensions.suffix(shape.rank).elementsEqual(shape.dimensions)
  }

  private static func matrix(_ index: Int, _ stem: String, hasKernel: Bool) -> StoredGuess {
    if stem.contains("embed"), !hasKernel { return StoredGuess(name: "embeddings", role: .embeddings) }
    let isCell = ["lstm", "gru", "rnn"].contains { stem.contains($0) } || stem.hasPrefix("cell ")
    if isCell, index == 1 { return StoredGuess(name: "recurrent_kernel", role: .recurrentKernel) }
    return StoredGuess(name: "kernel", role: .kernel)
  }

  private static func normalization(_ count: Int, hasStatistics: Bool) -> [StoredGuess] {
    let learned = [StoredGuess(name: "gamma", role: .scale), StoredGuess(name: "beta", role: .offset)]
    let statistics = [
      StoredGuess(name: "moving_mean", role: .statistic),
      StoredGuess(name: "moving_variance", role: .statistic),
    ]
    guard hasStatistics, count >= 2 else {
      return (0..<count).map { $0 < 2 ? learned[$0] : StoredGuess(name: "beta", role: .offset) }
    }
    let own = count == 3 ? [learned[1]] : Array(learned.prefix(max(0, count - 2)))
    return own + (own.count..<count - 2).map { _ in learned[1] } + statistics
  }
}
