import SignalGraph

/// A bound on the scale of signals and gradients, and the search for the layer where it is exceeded for good.
///
/// A branch that is damped on purpose hides nothing, as its signal is added to a larger one, and a gate's
/// gradient is the sum over a whole map: signals count where everything behind them is as bad, gradients
/// where everything before them is. Zero kernels are another rule's.
struct PropagationBound {
  let rule: RuleDescriptor
  /// What signals beyond the bound do: `vanish`, `explode`.
  let verb: String
  /// How serious a value is; `nil` if it is within the bound.
  let severity: (Double) -> Severity?

  func findings(in model: WeightedGraph, isSmall: Bool) -> [Finding] {
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
    // What an activation makes of nothing may be large, but it is the same for every input. Of large signals
    // only a normalization makes small ones that are as good.
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
      rescued, own: signals, neighbors: graph.consumers(), order: graph.nodes.indices.reversed(), isSmall)
    let bestBefore = Self.best(
      received, own: gradients, neighbors: graph.nodes.map(\.inputs), order: Array(graph.nodes.indices),
      isSmall)
    var findings: [Finding] = []
    // One layer that is small is small by itself; a signal fades from layer to layer.
    let depths = Self.depths(graph, Set(kernels))
    if let (index, extreme, worst) = worst(kernels.filter { !isSmall || depths[$0] > 1 }, bestAfter),
      let value = signals[index]
    {
      findings.append(
        Finding(
          rule, at: .layer(graph.nodes[index].layer),
          "unit inputs give this layer an output of root mean square \(ReportNumber.short(value))"
            + "\(further(extreme, after: index, graph, signals)): signals \(verb)",
          severity: severity(worst),
          evidence: [.init("forward_rms", value), .init("worst_forward_rms", worst)]))
    }
    if let (index, extreme, worst) = worst(kernels.reversed(), bestBefore), let value = gradients[index] {
      findings.append(
        Finding(
          rule, at: .layer(graph.nodes[index].layer),
          "a unit gradient at the outputs reaches this layer as \(ReportNumber.short(value))"
            + "\(further(extreme, after: index, graph, gradients)): gradients \(verb)",
          severity: severity(worst),
          evidence: [.init("gradient_rms", value), .init("worst_gradient_rms", worst)]))
    }
    // Both have one cause; the signals are reported if they are no better off.
    let worse = findings.map(\.severity).max()
    guard let finding = findings.first(where: { $0.severity == worse }) else { return [] }
    let remedy = ScaleRemedy.remedy(in: model)
    return [finding.remedied(by: remedy).remedied(in: remedy.layers)]
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

  /// The worst value and where it is, if that is not the layer that is named already.
  private func further(_ extreme: Int, after index: Int, _ graph: SignalGraph, _ values: [Double?]) -> String
  {
    guard graph.nodes[extreme].layer != graph.nodes[index].layer, let value = values[extreme] else {
      return ""
    }
    return ", and `\(graph.nodes[extreme].layer)` \(ReportNumber.short(value))"
  }

  /// The first node that is worth a warning, or else a note, the node of the worst value, and that.
  private func worst(_ nodes: [Int], _ values: [Double?]) -> (node: Int, extreme: Int, value: Double)? {
    let judged = nodes.compactMap { node -> (node: Int, value: Double, severity: Severity)? in
      guard let value = values[node], value > 0, let severity = severity(value) else { return nil }
      return (node, value, severity)
    }
    guard let worst = judged.map(\.severity).max(),
      let first = judged.first(where: { $0.severity >= min(worst, .warning) })
    else { return nil }
    let extreme = judged.max {
      abs(Elementary.logarithm($0.value)) < abs(Elementary.logarithm($1.value))
    }
    return (first.node, extreme?.node ?? first.node, extreme?.value ?? first.value)
  }

  /// For each node the best of its own value and of those at all nodes that follow in one direction: the
  /// largest where small ones are bad, else the smallest.
  private static func best(
    _ values: [Double?], own: [Double?], neighbors: [[Int]], order: [Int], _ isSmall: Bool
  ) -> [Double?] {
    func better(_ one: Double?, _ other: Double?) -> Double? {
      guard let one, let other else { return one ?? other }
      return isSmall ? max(one, other) : min(one, other)
    }
    var following = values
    for index in order {
      for neighbor in neighbors[index] { following[index] = better(following[index], following[neighbor]) }
    }
    return zip(own, following).map { own, following in own == nil ? nil : better(own, following) }
  }
}
