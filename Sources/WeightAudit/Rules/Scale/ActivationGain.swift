import SignalGraph
import Tensors

/// SCL001.
enum ActivationGain: Rule {
  static let descriptor = RuleDescriptor(
    "SCL001", "scale-for-activation",
    remedy: .any(
      .declare("kernel_initializer", "he_normal"), .advice("put a BatchNormalization between the layers")),
    .init(
      summary: "A deep stack without normalization has kernels scaled for another activation.",
      rationale: "ReLU halves the mean square at every layer, and only He's scale makes up for it.",
      source: "He et al., ICCV 2015, §2.2"))

  /// The share of the mean square that must be left at the end of a stack.
  static let threshold = 1e-2
  /// The number of layers from which a stack is deep; a shallower one trains all the same.
  static let depth = 5

  static let examples: [RuleExample] = [
    .found("ten ReLU layers at Glorot's scale", .declarations(.stack(10, gain: 1, .relu))),
    .passed("ten ReLU layers at He's scale", .declarations(.stack(10, gain: 2, .relu))),
    .passed("three ReLU layers at Glorot's scale", .declarations(.stack(3, gain: 1, .relu))),
  ]

  /// ReLU layers in a row, and the share of the mean square that they leave.
  private struct Stack {
    let loss: Double
    let layers: [String]
    /// The node whose signal goes into the first of them, and the last kernel's.
    let source, end: Int
  }

  static func judge(_ model: WeightedGraph) -> [Finding] {
    let walk = GraphWalk(model.graph)
    // The stack that ends at each node.
    var stacks: [Stack?] = []
    var worst: Stack?
    for (index, node) in model.graph.nodes.enumerated() {
      var stack = node.inputs.first.flatMap { stacks[$0] }
      switch node.operation {
      case .normalization, .add, .multiply, .scaling, .affine, .attention, .scoredAttention, .contraction,
        .unitMean, .recurrence, .source, .lookup, .gradientFree, .opaque:
        stack = nil
      case .linear(let map):
        guard !walk.isNormalized(after: index), walk.activation(after: index)?.isRectifier == true,
          let expectation = model.weights[map.weight]?.expectation, expectation.mean == 0,
          expectation.meanSquare > 0
        else { break }
        // Half of the mean square is lost in a ReLU.
        let gain = Double(map.fanIn) * expectation.meanSquare / 2
        guard let source = stack?.source ?? node.inputs.first else { break }
        stack = Stack(
          loss: (stack?.loss ?? 1) * min(gain, 1), layers: (stack?.layers ?? []) + [node.layer],
          source: source, end: index)
      default: break
      }
      stacks.append(stack)
      if let stack, stack.layers.count >= depth, stack.loss < worst?.loss ?? threshold { worst = stack }
    }
    guard let worst, let first = worst.layers.first else { return [] }
    // Poolings of maxima make up for some of it. A ReLU leaves half of what is before it.
    let signals = model.propagation.signals
    let predicted = signals[worst.end].flatMap { end in
      signals[worst.source].map { end.square / 2 / $0.square }
    }
    let loss = predicted.flatMap { $0 > 0 ? $0 : nil } ?? worst.loss
    guard loss < threshold else { return [] }
    let remedy = ScaleRemedy.remedy(in: model, layers: worst.layers)
    return [
      Finding(
        descriptor, at: .layer(first),
        "\(worst.layers.count) ReLU layers from here on have kernels too small for ReLU and no "
          + "normalization: signals shrink \(ReportNumber.short((1 / loss).squareRoot()))-fold",
        evidence: [.init("shrinkage", (1 / loss).squareRoot())]
      ).remedied(by: remedy).remedied(in: remedy.layers.isEmpty ? worst.layers : remedy.layers)
    ]
  }
}
