import Tensors

/// What the tensors of a stored layer are to it, as far as their names tell, or else the layer's name, their shapes and
/// their means: a scale is near one.
enum StoredRoles {
  /// A guess at one tensor.
  struct Guess: Hashable {
    /// The variable's name.
    let name: String
    let role: WeightRole
  }

  static func guess(_ layer: TensorTree, mean: ((Int) -> Double?)?) -> [Guess] {
    let names = layer.tensors.map { variableName($0.name) }
    guard names.allSatisfy({ Int($0) == nil }) else {
      return distinct(guessByShape(layer, mean: mean ?? { _ in nil }))
    }
    return zip(names, layer.tensors).map { name, tensor in
      let role = role(ofName: name)
      guard tensor.shape.rank < 2, role == .kernel || role == .recurrentKernel, name != "kernel" else {
        return Guess(name: name, role: role)
      }
      // A `weight` of one axis multiplies or is added.
      let isScale = tensor.name.contains("norm") || (mean?(tensor.index) ?? 0) > 0.5
      return Guess(name: name, role: isScale ? .scale : .offset)
    }
  }

  /// Variables of one name get numbers.
  private static func distinct(_ guesses: [Guess]) -> [Guess] {
    var counts: [String: Int] = [:]
    return guesses.map { guess in
      let count = counts[guess.name, default: 0]
      counts[guess.name] = count + 1
      return Guess(name: count == 0 ? guess.name : "\(guess.name)_\(count)", role: guess.role)
    }
  }

  /// `lstm/lstm_cell/kernel:0` → `kernel`.
  static func variableName(_ stored: String) -> String {
    let last = stored.split(separator: "/").last.map(String.init) ?? stored
    return last.split(separator: ":").first.map(String.init) ?? last
  }

  private static func role(ofName name: String) -> WeightRole {
    let name = name.lowercased()
    func contains(_ words: String...) -> Bool { words.contains { name.contains($0) } }
    if contains("moving", "running", "variance", "stddev") { return .statistic }
    if contains("recurrent") { return .recurrentKernel }
    if contains("embedding", "table", "lookup") { return .embeddings }
    if contains("bias") || name == "b" || name.hasPrefix("b_") || name.hasSuffix("_b") { return .bias }
    if contains("beta", "offset", "shift") { return .offset }
    if contains("gamma", "scale", "gain") { return .scale }
    if contains("alpha") { return .activation }
    if contains("mean", "count", "state") { return .statistic }
    return .kernel
  }

  /// Files of the third generation number the variables of a layer; what they are shows in the name of its class or of
  /// the attribute that holds it, and in their shapes.
  private static func guessByShape(_ layer: TensorTree, mean: (Int) -> Double?) -> [Guess] {
    let stem = (layer.unit + " " + layer.name).lowercased()
    let ranks = layer.tensors.map(\.shape.rank)
    if stem.hasPrefix("p_re_lu") || stem.hasPrefix("prelu") {
      return ranks.map { _ in Guess(name: "alpha", role: .activation) }
    }
    if stem.hasPrefix("normalization"), ranks.allSatisfy({ $0 <= 1 }) {
      return ranks.indices.map { Guess(name: ["mean", "variance", "count"][min($0, 2)], role: .statistic) }
    }
    if stem.hasPrefix("layer_normalization"), ranks.count <= 2 {
      return normalization(ranks.count, hasStatistics: false)
    }
    // Windows that are computed, not learnt.
    if stem.hasPrefix("stft") { return ranks.map { _ in Guess(name: "kernel", role: .statistic) } }
    if stem.contains("norm"), ranks.allSatisfy({ $0 <= 1 }) {
      // A single parameter of a norm that is not Keras's may be added to one rather than be one.
      let isOffset =
        ranks.count == 1 && !stem.contains("normalization") && (mean(layer.tensors[0].index) ?? 1) < 0.5
      return isOffset
        ? [Guess(name: "scale", role: .offset)]
        : normalization(ranks.count, hasStatistics: stem.contains("batch"))
    }
    var guesses: [Guess] = []
    for (index, rank) in ranks.enumerated() {
      let hasKernel = guesses.contains { $0.role == .kernel || $0.role == .embeddings }
      // A GRU has a bias for its inputs and one for its state.
      let isGRU =
        (stem.contains("gru") || layer.unit == "cell") && index == 2 && rank == 2
        && layer.tensors[index].shape.dimensions[0] == 2
      let isLocalBias = stem.hasPrefix("locally_connected") && index == 1
      if isGRU || isLocalBias
        || rank >= 2 && hasKernel && isBias(layer.tensors[index].shape, of: layer.tensors[index - 1].shape)
      {
        guesses.append(Guess(name: "bias", role: .bias))
      } else if rank >= 2 {
        guesses.append(matrix(index, stem, hasKernel: hasKernel))
      } else if let mean = mean(layer.tensors[index].index) {
        guesses.append(mean > 0.5 ? Guess(name: "scale", role: .scale) : Guess(name: "bias", role: .bias))
      } else if hasKernel {
        guesses.append(Guess(name: "bias", role: .bias))
      } else {
        guesses += normalization(ranks.count - index, hasStatistics: ranks.count - index > 2)
        break
      }
    }
    return guesses
  }

  /// Whether a weight has the last axes of a kernel, as the bias of an EinsumDense.
  private static func isBias(_ shape: Shape, of kernel: Shape) -> Bool {
    shape.rank < kernel.rank && kernel.dimensions.suffix(shape.rank).elementsEqual(shape.dimensions)
  }

  private static func matrix(_ index: Int, _ stem: String, hasKernel: Bool) -> Guess {
    if stem.contains("embed"), !hasKernel { return Guess(name: "embeddings", role: .embeddings) }
    let isCell = ["lstm", "gru", "rnn"].contains { stem.contains($0) } || stem.hasPrefix("cell ")
    if isCell, index == 1 { return Guess(name: "recurrent_kernel", role: .recurrentKernel) }
    return Guess(name: "kernel", role: .kernel)
  }

  private static func normalization(_ count: Int, hasStatistics: Bool) -> [Guess] {
    let learnt = [Guess(name: "gamma", role: .scale), Guess(name: "beta", role: .offset)]
    let statistics = [
      Guess(name: "moving_mean", role: .statistic), Guess(name: "moving_variance", role: .statistic),
    ]
    guard hasStatistics, count >= 2 else {
      return (0..<count).map { $0 < 2 ? learnt[$0] : Guess(name: "beta", role: .offset) }
    }
    let own = count == 3 ? [learnt[1]] : Array(learnt.prefix(max(0, count - 2)))
    return own + (own.count..<count - 2).map { _ in learnt[1] } + statistics
  }
}
