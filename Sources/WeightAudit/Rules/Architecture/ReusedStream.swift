import SignalGraph
import Tensors

/// Kernels that will hold the same numbers up to scale and length.
enum ReusedStream: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM008", name: "reused-random-stream", summary: "Two kernels are drawn from one random stream.",
    rationale: "Their first values are the same up to scale, so the layers are not independent.",
    remedy: "give each initializer a seed of its own, or none and set --seed",
    source: "Keras 2.11 to 2.15 warn of it; Keras 3 does not")

  static func findings(in model: DeclaredModel) -> [Finding] {
    model.sharedStreams.compactMap { first, second in
      guard first.shape != second.shape || first.expectation != second.expectation else { return nil }
      return Finding(
        descriptor, layer: second.layer,
        "`\(second.path)` is drawn from the same stream as `\(first.path)`: one seed for both")
    }
  }
}
