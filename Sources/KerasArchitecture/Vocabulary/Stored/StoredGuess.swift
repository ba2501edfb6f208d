package import Tensors

/// A guess at the name and role of a stored tensor, for files whose model is not known.
package struct StoredGuess: Sendable, Hashable {
  /// The variable's name.
  package let name: String
  package let role: WeightRole

  /// The field of a layer's configuration that declares the initializer, if there is one.
  ///
  /// - Parameters:
  ///   - config: the layer's.
  ///   - names: those of all its weights: what is declared for one of them is not meant for others.
  /// - Returns: its name.
  func declaringField(in config: LayerConfig, among names: Set<String>) -> String? {
    let own = "\(name)_initializer"
    let fields =
      switch role {
      case .embeddings: [own, "embeddings_initializer", "embedding_initializer", "initializer"]
      case .kernel: [own, "kernel_initializer", "embeddings_initializer", "initializer"]
      case .bias: [own, "bias_initializer"]
      case .recurrentKernel, .scale, .offset, .statistic, .activation: [own]
      }
    return fields.first { field in
      let isOthers = field != own && names.contains(String(field.dropLast("_initializer".count)))
      return !isOthers && config[field] != nil
    }
  }

  /// One guess for each of a layer's own tensors.
  package static func guesses(_ layer: TensorTree) -> [StoredGuess] { guesses(layer, mean: nil) }

  /// One guess for each of a layer's own tensors.
  ///
  /// - Parameters:
  ///   - layer: a layer of a file.
  ///   - mean: the mean of a tensor by its index in the file: that of a scale is near one.
  /// - Returns: guesses by the tensors' names, or else by the layer's name, the shapes and the means.
  static func guesses(_ layer: TensorTree, mean: ((Int) -> Double?)?) -> [StoredGuess] {
    let names = layer.tensors.map { variableName($0.name) }
    guard names.allSatisfy({ Int($0) == nil }) else {
      return numbered(guessesByShape(layer, mean: mean ?? { _ in nil }))
    }
    return zip(names, layer.tensors).map { name, tensor in
      let role = role(ofName: name)
      guard tensor.shape.rank < 2, role == .kernel || role == .recurrentKernel, name != "kernel" else {
        return StoredGuess(name: name, role: role)
      }
      // A `weight` of one axis multiplies or is added.
      let isScale = tensor.name.contains("norm") || (mean?(tensor.index) ?? 0) > 0.5
      return StoredGuess(name: name, role: isScale ? .scale : .offset)
    }
  }

  /// The guesses with a suffix for each name that occurred before: `kernel`, `kernel_1` …
  private static func numbered(_ guesses: [StoredGuess]) -> [StoredGuess] {
    var counts: [String: Int] = [:]
    return guesses.map { guess in
      let count = counts[guess.name, default: 0]
      counts[guess.name] = count + 1
      return StoredGuess(name: count == 0 ? guess.name : "\(guess.name)_\(count)", role: guess.role)
    }
  }

  /// `lstm/lstm_cell/kernel:0` → `kernel`.
  private static func variableName(_ stored: String) -> String {
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
}
