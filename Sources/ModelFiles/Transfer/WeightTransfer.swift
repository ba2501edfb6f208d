import Failures
package import Initialization
import KerasArchitecture
package import Tensors
import WeightFiles

/// Weights of a planned model that are copied from another file rather than drawn.
package struct WeightTransfer: Sendable {
  /// How weights are chosen.
  package struct Options: Sendable {
    /// Which weights are drawn all the same; if any are named, all others must be in the file.
    package var drawing = WeightSelection([])
    /// What layers of the file are called in the model.
    package var renames: [LayerRename] = []
    /// Whether rows behind a `Flatten` are put into the order of the model's channels.
    package var ordersRows = false
    /// Whether it is no error if nothing is copied.
    package var allowsNone = false

    package init() {}
  }

  /// A layer of the file that has another name in the model.
  package struct RenamedLayer: Sendable, Hashable {
    package let file, model: String
  }

  /// A weight that both have, and why it is drawn all the same.
  package struct UnlikeWeight: Sendable, Hashable {
    package let weight, reason: String
  }

  /// What the user calls the file.
  package let file: String
  /// The copied values, by the creation index of the weight.
  package let sources: [Int: TensorSource]
  /// Layers whose names Keras made up, which are not the same in both.
  package let renamed: [RenamedLayer]
  package let unlike: [UnlikeWeight]
  /// The layers of the model whose vocabulary is another one in the file.
  package let otherVocabularies: [String]
  /// The names in the file of what has no counterpart in the model.
  package let leftOver: [String]
  /// The first trained matrix of LoRA among what is copied, which only the legacy formats store.
  package let unmerged: String?
  private let names: [NamedWeight]

  /// - Parameters:
  ///   - plan: what would be drawn.
  ///   - stored: the file that weights are copied from: those of the same place in the model, of the same
  ///     shape and type.
  ///   - options: how weights are chosen.
  /// - Throws: a glob or a renaming that matches nothing, a weight that the file should have, or a file of
  ///   which nothing matches.
  package init(
    to plan: WeightPlan, from stored: StoredModel, _ options: Options = Options()
  ) throws(ModelFileError) {
    file = stored.catalog.name
    names = plan.architecture.namedWeights
    let source = ModelPart(plan.architecture, whole: stored, options.renames) ?? ModelPart(stored)
    let pairing = PartPairing(
      ModelPart(plan.architecture), source, plan.architecture.generation, options.renames,
      ordersRows: options.ordersRows)
    if let rename = pairing.collision {
      throw ModelFileError(
        .usage, in: "--rename", "\(rename.old)=\(rename.new): another renaming means the same layer")
    }
    if let unused = options.renames.first(where: { !pairing.applied.contains($0) }) {
      throw ModelFileError(
        .usage, in: "--rename",
        "\(unused.old)=\(unused.new): no layer of \(file) that is so called has a counterpart in the model")
    }
    // The formats of Keras 3 never have the matrices of LoRA.
    let merged = Set(plan.architecture.weights.filter(\.isMergedWhenSaved).map(\.creationIndex))
    var drawn: Set<Int> = []
    for glob in options.drawing.globs {
      let matching = options.drawing.weights(of: glob, among: names)
      let unused = options.drawing.unusedExclusion(of: glob, among: names)
      if let unused, !matching.isEmpty || glob.hasPrefix("!") {
        throw ModelFileError(
          .usage, in: "--only", "no layer or weight is called \(unused.dropFirst()), which \(glob) leaves out"
        )
      }
      guard !matching.isEmpty else {
        let reason =
          glob.hasPrefix("!") ? "\(glob) leaves out every weight" : "no layer or weight is called \(glob)"
        throw ModelFileError(.usage, in: "--only", reason)
      }
      drawn.formUnion(matching)
    }
    if !options.drawing.isEmpty,
      let missing = names.first(where: {
        !drawn.contains($0.weight) && pairing.sources[$0.weight] == nil && !merged.contains($0.weight)
      })
    {
      let reason = pairing.unlike.first { $0.weight == missing.name }.map { ": \($0.reason)" } ?? ""
      throw ModelFileError(
        .mismatch, in: file, "there is no weight for \(missing.name), which --only leaves as it is\(reason)")
    }
    let copied = pairing.sources.filter { !drawn.contains($0.key) }
    if copied.isEmpty, !options.allowsNone, drawn.count < names.count {
      let reason = pairing.unlike.first.map { "; \($0.weight): \($0.reason)" } ?? ""
      throw ModelFileError(
        .mismatch, in: file,
        "nothing in it is a weight of this model\(reason); --rename OLD=NEW says what layers are called, "
          + "--allow-none draws all")
    }
    try Self.checkArithmetic(of: stored, plan.architecture, copied)
    let matrices = try Self.matrices(of: source, in: stored, pairing, used: Set(copied.values))
    unmerged = matrices.first
    sources = pairing.values(of: copied, in: stored)
    renamed = copied.isEmpty ? [] : pairing.renamed.map { RenamedLayer(file: $0.file, model: $0.model) }
    let reasons = Dictionary(pairing.unlike.map { ($0.weight, $0.reason) }) { first, _ in first }
    unlike = names.compactMap { name in
      guard copied[name.weight] == nil, let reason = reasons[name.name] else { return nil }
      return UnlikeWeight(weight: name.name, reason: reason)
    }
    let taken = Set(pairing.sources.values).union(pairing.unlike.compactMap(\.source))
      .union(pairing.expressions.values.flatMap(\.leaves))
    leftOver = source.allWeights.filter { !taken.contains($0.id) }.map(\.path)
    otherVocabularies = Self.otherVocabularies(plan.architecture.model, stored.architecture?.model)
  }

  /// The layers with another vocabulary: of the same name, or in the same place among all that have one.
  private static func otherVocabularies(_ model: LayerNode, _ file: LayerNode?) -> [String] {
    let ours = model.allNodes.filter { $0.vocabulary != nil }
    let theirs = (file?.allNodes ?? []).filter { $0.vocabulary != nil }
    return ours.enumerated().compactMap { place, node in
      let named = theirs.first { $0.name == node.name }
      guard let other = named ?? (ours.count == theirs.count ? theirs[place] : nil) else { return nil }
      return other.vocabulary == node.vocabulary ? nil : node.name
    }
  }

  /// Refuses weights that learned with another hard sigmoid, of a file that does not say what they are part
  /// of.
  private static func checkArithmetic(
    of stored: StoredModel, _ architecture: Architecture, _ copied: [Int: Int]
  ) throws(ModelFileError) {
    guard stored.architecture == nil, let version = stored.catalog.kerasVersion else { return }
    let names = Set(architecture.layersComputedOtherwise(by: version))
    let layer = architecture.model.allNodes.first { node in
      names.contains(node.name) && node.weights.contains { copied[$0.creationIndex] != nil }
    }
    guard let layer else { return }
    throw ModelFileError(
      .mismatch, in: stored.catalog.name,
      "Keras \(version) wrote it, whose hard sigmoid is x/5 + 0.5; that of \(layer.name) is x/6 + 0.5: let "
        + "`wtool convert FILE NEW.h5 --model ARCH` put the weights into the model's arithmetic")
  }

  /// The trained matrices of LoRA that are copied.
  ///
  /// - Throws: if one has no counterpart in the model, though the kernel beside it is copied.
  private static func matrices(
    of source: ModelPart, in stored: StoredModel, _ pairing: PartPairing, used: Set<Int>
  ) throws(ModelFileError) -> [String] {
    let known = Set(pairing.sources.values)
    var copied: [String] = []
    for part in source.allParts where part.weights.contains(where: { used.contains($0.id) }) {
      for weight in part.weights where weight.isTrainedLoRA(in: stored) {
        if used.contains(weight.id) { copied.append(weight.path) }
        guard known.contains(weight.id) else {
          throw ModelFileError(
            .mismatch, in: stored.catalog.name,
            "`\(weight.path)` is a trained matrix of LoRA and would not be copied, though the kernel beside "
              + "it is half of what the layer learned; let Keras merge them by saving the model as .keras")
        }
      }
    }
    return copied
  }

  /// The names of what is drawn.
  package var drawn: [String] { names { sources[$0] == nil } }

  /// The names of what is copied.
  package var copied: [String] { names { sources[$0] != nil } }

  /// The names of weights, once for each: a layer that several hold has several.
  private func names(of isMeant: (Int) -> Bool) -> [String] {
    var seen: Set<Int> = []
    return names.filter { isMeant($0.weight) && seen.insert($0.weight).inserted }.map(\.name)
  }
}

extension PartPairing {
  /// The values of weights that are paired with tensors of a file.
  ///
  /// - Parameters:
  ///   - paired: the tensors, by the identity of the weight.
  ///   - stored: the file.
  /// - Returns: the values by the identity of the weight.
  func values(of paired: [Int: Int], in stored: StoredModel) -> [Int: TensorSource] {
    let catalog = stored.catalog
    var values = paired.mapValues { catalog.source(ofTensor: $0) }
    for (weight, expression) in expressions where values[weight] != nil {
      guard let dtype = expression.leaves.min().map({ catalog.tensors[$0].spec.dtype }) else { continue }
      values[weight] = expression.source(dtype) { catalog.source(ofTensor: $0) }
    }
    return values
  }
}
