import SignalGraph
import Tensors

/// A signal that fades away.
enum VanishingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP001", name: "predicted-vanishing",
    summary: "The declared scales let the signal fade with depth.",
    rationale: "What a layer cannot see it cannot learn from: units far from the input get nothing but bias.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// The root mean square below which a pre-activation counts as gone.
  static let threshold = 1e-3

  static func findings(in model: DeclaredModel) -> [Finding] {
    firstCrossing(in: model) { $0 < threshold }.map { layer, rootMeanSquare in
      [
        Finding(
          descriptor, layer: layer,
          "unit inputs reach this layer with a root mean square of \(Numbers.short(rootMeanSquare)): the signal "
            + "vanishes")
      ]
    } ?? []
  }
}

/// A signal that grows beyond use.
enum ExplodingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP002", name: "predicted-exploding",
    summary: "The declared scales let the signal grow with depth.",
    rationale: "Saturated units have no gradient and huge ones overflow.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// The root mean square above which a pre-activation counts as exploded.
  static let threshold = 1e3

  static func findings(in model: DeclaredModel) -> [Finding] {
    firstCrossing(in: model) { $0 > threshold }.map { layer, rootMeanSquare in
      [
        Finding(
          descriptor, layer: layer,
          "unit inputs reach this layer with a root mean square of \(Numbers.short(rootMeanSquare)): the signal "
            + "explodes")
      ]
    } ?? []
  }
}

/// The first linear layer whose predicted output is beyond a bound. Zero kernels are another rule's.
private func firstCrossing(
  in model: DeclaredModel, _ isBeyond: (Double) -> Bool
) -> (layer: String, rootMeanSquare: Double)? {
  let propagation = SignalPropagation(model)
  for (index, node) in model.graph.nodes.enumerated() {
    guard case .linear = node.operation, let meanSquare = propagation.meanSquares[index], meanSquare > 0
    else { continue }
    let rootMeanSquare = meanSquare.squareRoot()
    if isBeyond(rootMeanSquare) { return (node.layer, rootMeanSquare) }
  }
  return nil
}

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
      case .normalization, .add, .multiply, .source, .lookup, .opaque: stack = nil
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
