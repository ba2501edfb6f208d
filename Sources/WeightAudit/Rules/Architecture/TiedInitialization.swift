import SignalGraph
import Tensors

/// Kernels that will hold the same numbers.
enum TiedInitialization: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM007", name: "tied-initialisation",
    summary: "Two kernels are declared with one seed, one distribution and one shape.",
    rationale: "They hold the same numbers, so the layers are not independent.",
    remedy: "give each initializer a seed of its own, or none and set --seed",
    source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not")

  static func findings(in model: DeclaredModel) -> [Finding] {
    model.sharedStreams.compactMap { first, second in
      guard first.shape == second.shape, first.expectation == second.expectation else { return nil }
      return Finding(
        descriptor, layer: second.layer,
        "`\(second.path)` will be equal to `\(first.path)`: one seed for both")
    }
  }
}
