import SignalGraph
import Tensors

/// PRP001.
enum VanishingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP001", name: "predicted-vanishing",
    summary: "Signals or gradients fade away with depth.",
    rationale: "What a layer cannot see it cannot learn from: units far from the input get nothing but bias.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// Of a root mean square, or of the share of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value < 1e-6 ? .error : value < 1e-3 ? .warning : value < 1e-2 ? .note : nil
  }

  static func findings(in model: DeclaredModel) -> [Finding] {
    Crossing(rule: descriptor, verb: "vanish", severity: severity).findings(in: model, isSmall: true)
  }
}

/// PRP002.
enum ExplodingSignal: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP002", name: "predicted-exploding",
    summary: "Signals or gradients grow beyond use with depth.",
    rationale: "Saturated units have no gradient and huge ones overflow.",
    remedy: "declare \"he_normal\" before the ReLU family and \"glorot_uniform\" elsewhere, or normalise",
    source: "Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; Schoenholz et al., ICLR 2017")

  /// Of a root mean square, or of the multiple of the outputs' gradient.
  private static func severity(_ value: Double) -> Severity? {
    value > 1e6 ? .error : value > 1e3 ? .warning : nil
  }

  static func findings(in model: DeclaredModel) -> [Finding] {
    Crossing(rule: descriptor, verb: "explode", severity: severity).findings(in: model, isSmall: false)
  }
}

/// PRP003.
enum SaturatedUnits: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "PRP003", name: "predicted-saturation",
    summary: "Pre-activations are so large that tanh or sigmoid is at its ends.",
    rationale: "There its slope is nearly zero, and so is the gradient.",
    remedy: "scale the kernel as \"glorot_uniform\" does, or normalise before it",
    source: "Glorot & Bengio, AISTATS 2010, §3")

  /// The root mean square at which a tanh passes back a tenth.
  static let threshold = 5.0

  static func findings(in model: DeclaredModel) -> [Finding] {
    let propagation = model.propagation
    for (index, node) in model.graph.nodes.enumerated() {
      guard case .activation(let activation) = node.operation, activation.saturates,
        let input = node.inputs.first,
        let square = propagation.signals[input]?.square, square > threshold * threshold,
        // The output of a classifier may be as sure as it likes.
        GraphWalk(model.graph).isHidden(index)
      else { continue }
      return [
        Finding(
          descriptor, layer: node.layer,
          "the pre-activations have a root mean square of \(Numbers.short(square.squareRoot())): most units are at the "
            + "ends of their activation",
          evidence: [.init("preactivation_rms", square.squareRoot())])
      ]
    }
    return []
  }
}

/// Where signals, or gradients, are beyond a bound, and stay there.
///
/// A branch that is damped on purpose hides nothing, as its signal is added to a larger one, and a gate's gradient is the sum
/// over a whole map: signals count where everything behind them is as bad, gradients where everything before them is. Zero kernels are another
/// rule's.
private struct Crossing {
  let rule: RuleDescriptor
  let verb: String
  /// Of a value, whether something is said of it and how bad it is.
  let severity: (Double) -> Severity?

  func findings(in model: DeclaredModel, isSmall: Bool) -> [Finding] {
    let propagation = model.propagation
    let graph = model.graph
    let signals = propagation.signals.map { $0?.rootMeanSquare }
    let gradients = (isSmall ? propagation.pooledGradients : propagation.gradients).map { $0?.rootMeanSquare }
    let kernels = graph.nodes.indices.filter { index in
      switch graph.nodes[index].operation {
      case .linear, .recurrence: true
      default: false
      }
    }
    // What an activation makes of nothing may be large, but it is the same for every input. Of large signals only a
    // normalisation makes small ones that are as good.
    let rescued = graph.nodes.indices.map { index -> Double? in
      switch graph.nodes[index].operation {
      case .normalization: signals[index]
      case .linear, .recurrence: isSmall ? signals[index] : nil
      default: nil
      }
    }
    let isKernel = Set(kernels)
    let received = graph.nodes.indices.map { isKernel.contains($0) || isSmall ? gradients[$0] : nil }
    let bestAfter = Self.best(
      rescued, own: signals, neighbours: graph.consumers(), order: graph.nodes.indices.reversed(), isSmall)
    let bestBefore = Self.best(
      received, own: gradients, neighbours: graph.nodes.map(\.inputs), order: Array(graph.nodes.indices),
      isSmall)
    var findings: [Finding] = []
    // One layer that is small is small by itself; a signal fades from layer to layer.
    let depths = Self.depths(graph, Set(kernels))
    if let (index, worst) = worst(kernels.filter { !isSmall || depths[$0] > 1 }, bestAfter),
      let value = signals[index]
    {
      findings.append(
        Finding(
          rule, layer: graph.nodes[index].layer,
          "unit inputs reach this layer with a root mean square of \(Numbers.short(value)): signals \(verb)",
          severity: severity(worst),
          evidence: [.init("forward_rms", value), .init("worst_forward_rms", worst)]))
    }
    if let (index, worst) = worst(kernels.reversed(), bestBefore), let value = gradients[index] {
      findings.append(
        Finding(
          rule, layer: graph.nodes[index].layer,
          "a unit gradient at the outputs comes back to this layer as \(Numbers.short(value)): gradients \(verb)",
          severity: severity(worst),
          evidence: [.init("gradient_rms", value), .init("worst_gradient_rms", worst)]))
    }
    // Both have one cause; the signals are told of if they are no better off.
    let worse = findings.map(\.severity).max()
    return findings.first { $0.severity == worse }.map { [$0] } ?? []
  }

  /// For each node, how many layers with kernels a signal has passed there, on the longest way.
  private static func depths(_ graph: SignalGraph, _ kernels: Set<Int>) -> [Int] {
    var depths: [Int] = []
    for (index, node) in graph.nodes.enumerated() {
      let isKernel = kernels.contains(index)
      depths.append(
        node.inputs.map { input in
          depths[input] + (isKernel && graph.nodes[input].layer != node.layer ? 1 : 0)
        }.max() ?? 0)
    }
    return depths
  }

  /// The first place that is worth a warning, or else a note, and the worst value.
  private func worst(_ places: [Int], _ values: [Double?]) -> (place: Int, value: Double)? {
    let judged = places.compactMap { place -> (place: Int, value: Double, severity: Severity)? in
      guard let value = values[place], value > 0, let severity = severity(value) else { return nil }
      return (place, value, severity)
    }
    guard let worst = judged.map(\.severity).max(),
      let first = judged.first(where: { $0.severity >= min(worst, .warning) })
    else { return nil }
    let extreme = judged.map(\.value).max { abs(Elementary.logarithm($0)) < abs(Elementary.logarithm($1)) }
    return (first.place, extreme ?? first.value)
  }

  /// For each node the best of its own value and of those at all nodes that follow in one direction: the largest where small
  /// ones are bad, else the smallest.
  private static func best(
    _ values: [Double?], own: [Double?], neighbours: [[Int]], order: [Int], _ isSmall: Bool
  ) -> [Double?] {
    func better(_ one: Double?, _ other: Double?) -> Double? {
      guard let one, let other else { return one ?? other }
      return isSmall ? max(one, other) : min(one, other)
    }
    var following = values
    for index in order {
      for neighbour in neighbours[index] { following[index] = better(following[index], following[neighbour]) }
    }
    return zip(own, following).map { own, following in own == nil ? nil : better(own, following) }
  }
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
