import Text

/// The order of the checkpoints of a training.
///
/// The steps that the optimizer had taken decide, unless the names count epochs and say something else: who
/// compiles a model again begins to count anew.
package struct CheckpointOrder {
  /// A file by its name, and how many steps its optimizer had taken, if it tells.
  package struct File {
    let name: String
    let iterations: Int?

    package init(name: String, iterations: Int?) {
      self.name = name
      self.iterations = iterations
    }
  }

  /// Indices of the files, in the order of the training.
  package let indices: [Int]
  /// Whether the optimizer's steps decided.
  package let isByIterations: Bool
  /// The first file in that order whose optimizer had taken fewer steps than that of the one before, if the
  /// names decided.
  package let restart: Int?

  package init(_ files: [File]) {
    let byName = Self.byName(files.map(\.name))
    let steps = files.map(\.iterations)
    guard steps.allSatisfy({ $0 != nil }) else {
      (indices, isByIterations, restart) = (byName.indices, false, nil)
      return
    }
    let place = Dictionary(byName.indices.enumerated().map { ($1, $0) }) { first, _ in first }
    let bySteps = files.indices.sorted { one, other in
      (steps[one] ?? 0, place[one] ?? 0) < (steps[other] ?? 0, place[other] ?? 0)
    }
    guard bySteps != byName.indices, byName.isCounted else {
      (indices, isByIterations, restart) = (bySteps, Set(steps).count > 1, nil)
      return
    }
    (indices, isByIterations) = (byName.indices, false)
    restart = zip(byName.indices, byName.indices.dropFirst()).first { (steps[$0] ?? 0) > (steps[$1] ?? 0) }?.1
  }

  // MARK: - Names

  /// Names in their order, and whether a number in them plainly counts.
  private static func byName(_ names: [String]) -> (indices: [Int], isCounted: Bool) {
    let parts = names.map(NumberedName.init)
    let natural = names.indices.sorted { parts[$0] < parts[$1] }
    guard let first = parts.first, parts.allSatisfy({ $0.texts == first.texts }) else {
      return (natural, false)
    }
    let kinds = first.numbers.indices.map { index in Set(parts.map { $0.numbers[index] }).count }
    let varying = kinds.indices.filter { kinds[$0] > 1 }
    let labeled = varying.first { kinds[$0] == names.count && isCounter(first.texts[$0]) }
    // Of several numbers, a loss may be one.
    guard let counter = labeled ?? (varying.count == 1 ? varying.first : nil) else { return (natural, false) }
    let counted = names.indices.sorted { one, other in
      NumberedName.isSmaller(parts[one].numbers[counter], parts[other].numbers[counter])
    }
    return (counted, true)
  }

  /// Whether what stands before a number says that it counts: `epoch_`, `step-`, `ckpt`.
  private static func isCounter(_ text: Substring) -> Bool {
    let word = text.lowercased().reversed().drop { "-_=. ".contains($0) }.prefix { $0.isLetter }
    return ["epoch", "epochs", "ep", "step", "steps", "iter", "iteration", "ckpt", "checkpoint"].contains(
      String(word.reversed()))
  }
}
