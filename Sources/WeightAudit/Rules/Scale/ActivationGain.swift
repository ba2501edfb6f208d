import SignalGraph
import Tensors

/// A deep stack of ReLU layers whose kernels are too small for ReLU, with nothing to normalise between.
enum ActivationGain: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "SCL001", name: "scale-for-activation",
    summary: "A deep stack without normalisation has kernels scaled for another activation.",
    rationale: "ReLU halves the mean square at every layer, and only He's scale makes up for it.",
    remedy: "declare \"he_normal\" in these layers, or put a BatchNormalization between them",
    source: "He et al., ICCV 2015, §2.2")

  /// How far the mean square may fall along a stack before it is said.
  static let threshold = 1e-2
  /// A stack is deep from this many layers on; a shallow one trains all the same.
  static let depth = 5

  static func findings(in model: DeclaredModel) -> [Finding] {
    let walk = GraphWalk(model.graph)
    // The loss so far, the number of layers and the first of them, for the stack that ends at each node.
    var stacks: [(loss: Double, depth: Int, first: String)?] = []
    var worst: (loss: Double, depth: Int, first: String)?
    for (index, node) in model.graph.nodes.enumerated() {
      var stack = node.inputs.first.flatMap { stacks[$0] }
      switch node.operation {
      case .normalization, .add, .multiply, .scaling, .affine, .attention, .recurrence, .source, .lookup,
        .opaque:
        stack = nil
      case .linear(let map):
        guard !walk.isNormalized(after: index), walk.activation(after: index)?.isRectifier == true,
          let expectation = model.weights[map.weight]?.expectation, expectation.mean == 0,
          expectation.meanSquare > 0
        else { break }
        // Half of the mean square is lost in a ReLU.
        let gain = Double(map.fanIn) * expectation.meanSquare / 2
        stack = ((stack?.loss ?? 1) * min(gain, 1), (stack?.depth ?? 0) + 1, stack?.first ?? node.layer)
      default: break
      }
      stacks.append(stack)
      if let stack, stack.depth >= depth, stack.loss < worst?.loss ?? threshold { worst = stack }
    }
    guard let worst else { return [] }
    return [
      Finding(
        descriptor, layer: worst.first,
        "\(worst.depth) ReLU layers from here on have kernels too small for ReLU and no normalisation: signals "
          + "shrink \(Numbers.short((1 / worst.loss).squareRoot()))-fold")
    ]
  }
}
