import Failures
package import Initialization
import KerasArchitecture
package import Tensors
package import WeightFiles

/// Weights of a planned model that are copied from another file rather than drawn.
package struct WeightTransfer: Sendable {
  /// What the user calls the file.
  package let file: String
  /// The copied values, by the creation index of the weight.
  package let sources: [Int: TensorSource]
  private let names: [NamedWeight]

  /// - Parameters:
  ///   - plan: what would be drawn.
  ///   - catalog: the file that weights are copied from: those that match by layer name and shape.
  ///   - only: which weights are drawn all the same; if any are named, all others must be in the file.
  /// - Throws: a glob that matches nothing, or a weight that the file should have.
  package init(
    to plan: WeightPlan, from catalog: WeightCatalog, drawing only: WeightSelection
  ) throws(ModelFileError) {
    file = catalog.name
    names = plan.architecture.namedWeights
    let available = StoredMatch.transferable(to: plan.architecture, from: catalog.tree)
    var drawn: Set<Int> = []
    for glob in only.globs {
      let matching = only.weights(of: glob, among: names)
      guard !matching.isEmpty else {
        throw ModelFileError(.usage, in: "--only", "no layer or weight is called \(glob)")
      }
      drawn.formUnion(matching)
    }
    if !only.isEmpty,
      let missing = names.first(where: { !drawn.contains($0.weight) && available[$0.weight] == nil })
    {
      throw ModelFileError(
        .mismatch, in: file, "there is no weight for \(missing.name), which --only leaves as it is")
    }
    sources = available.filter { !drawn.contains($0.key) }
      .mapValues { catalog.source(ofTensor: $0.index) }
  }

  /// The names of what is drawn.
  package var drawn: [String] { names.filter { sources[$0.weight] == nil }.map(\.name) }

  /// The names of what is copied.
  package var copied: [String] { names.filter { sources[$0.weight] != nil }.map(\.name) }
}
