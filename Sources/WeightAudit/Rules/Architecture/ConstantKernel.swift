import SignalGraph
import Tensors

/// A kernel of one value other than zero in front of hidden units.
enum ConstantKernel: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SYM002", name: "constant-kernel", summary: "A hidden layer's kernel is declared to be one constant.",
    rationale: "All units compute the same and, up to the next layer's weights, learn the same.",
    remedy: "declare \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid)",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §8.4")

  static func findings(in model: DeclaredModel) -> [Finding] {
    model.constantKernels.compactMap { kernel in
      guard kernel.value != 0 else { return nil }
      return Finding(
        descriptor, layer: kernel.weight.layer,
        "all of `\(kernel.weight.path)` is \(Numbers.short(kernel.value)): its units compute the same")
    }
  }
}
