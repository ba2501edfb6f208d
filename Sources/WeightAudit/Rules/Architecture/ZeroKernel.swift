import SignalGraph
import Tensors

/// A kernel of zeros in front of hidden units.
enum ZeroKernel: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM001", name: "zero-kernel", summary: "A hidden layer's kernel is declared to be all zeros.",
    rationale: "All units start equal; behind a ReLU no gradient passes and the network can never learn.",
    remedy: "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid)",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4")

  static func findings(in model: DeclaredModel) -> [Finding] {
    model.constantKernels.compactMap { kernel in
      guard kernel.value == 0, !kernel.walk.isResidualBranch(kernel.node) else { return nil }
      let isBlocked = kernel.walk.activation(after: kernel.node).map(\.isReLU) == true
      let consequence =
        isBlocked
        ? "its units start equal, and unless its bias is not 0 ReLU lets no gradient through to it or before it"
        : "all its units start equal"
      return Finding(
        descriptor, layer: kernel.weight.layer, tensor: kernel.weight.path,
        "all of `\(kernel.weight.path)` is 0: \(consequence)")
    }
  }
}
