import SignalGraph
import Tensors

/// GRD001: proved on the graph, of declarations and of values alike.
enum BlockedGradient: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "GRD001", name: "blocked-gradient", severity: .error,
    summary: "Kernels that no gradient can ever reach.",
    rationale: "Training moves weights along their gradients; where these are 0 for ever, nothing is learnt.",
    remedy: "give one side of the zeros random values: declare \"he_normal\" in the layer that is zero",
    source: "Goodfellow, Bengio, Courville: Deep Learning (2016), §6.5; fixpoint over the graph")

  static func findings(in model: DeclaredModel) -> [Finding] {
    let blocked = GradientFlow(model).blockedKernels.compactMap { model.weights[$0] }
    guard let first = blocked.first else { return [] }
    let kernels = Set(
      model.graph.nodes.flatMap { $0.operation.kernels }.filter { model.weights[$0]?.isTrainable == true })
    let zeros = blocked.filter { $0.expectation?.meanSquare == 0 }.map(\.path)
    let names =
      blocked.prefix(4).map { "`\($0.path)`" }.joined(separator: ", ") + (blocked.count > 4 ? " …" : "")
    let message =
      blocked.count == kernels.count
      ? "none of the \(kernels.count) kernels can ever get a gradient" : "\(names) can never get a gradient"
    return [Finding(descriptor, layer: first.layer, causes: zeros, message, isProof: true)]
  }
}
