import SignalGraph

/// What to do about signals that vanish or explode: the initializers that the activations ask for, where
/// others are declared, or else another model.
enum ScaleRemedy {
  /// - Parameters:
  ///   - model: the declarations, or the values of fresh layers.
  ///   - layers: those that are at fault; `nil` for any.
  /// - Returns: a remedy for the layers whose kernels have another scale than the one that suits.
  static func remedy(in model: WeightedGraph, layers: [String]? = nil) -> Remedy {
    let scales = KernelScale.all(in: model).filter { layers?.contains($0.layer) ?? true }
    let hidden = scales.filter(\.isHidden)
    let faulty = hidden.filter { $0.isOff(.faulty) }
    let (stage, off) =
      faulty.isEmpty ? (RepairStage.exact, hidden.filter { $0.isOff(.exact) }) : (.faulty, faulty)
    guard let first = off.first else { return otherModel(scales) }
    let chosen = off.filter { $0.field == first.field }
    var choices: [Remedy.Choice] = []
    for scale in chosen {
      let suited = scale.suited(stage)
      let choice = Remedy.Choice(suited.initializerName ?? suited.python, suits: suited.suits)
      if !choices.contains(choice) { choices.append(choice) }
    }
    var names: [String] = []
    for scale in chosen where !names.contains(scale.layer) { names.append(scale.layer) }
    return Remedy.any(
      .declare(field: first.field, choices: choices), .advice("add normalization layers")
    ).applied(to: names)
  }

  /// The initializer that a kernel of one value should have instead.
  ///
  /// - Parameters:
  ///   - weight: the kernel.
  ///   - node: the operation that uses it.
  ///   - activation: what its outputs go through.
  /// - Returns: the remedy, for no layer yet.
  static func remedy(
    of weight: WeightedGraph.Weight, at node: SignalGraph.Node, before activation: Activation?
  ) -> Remedy {
    if case .lookup = node.operation { return .all(.declare("embeddings_initializer", "random_uniform")) }
    guard case .linear = node.operation else { return .all(.declareByActivation) }
    let suited = SuitedScale(behind: activation)
    return .all(
      .declare(
        field: KernelScale.field(of: weight.variable),
        choices: [Remedy.Choice(suited.initializerName ?? suited.python, suits: suited.suits)]))
  }

  /// Where every kernel has the scale that suits, depth itself, or the activation, is what is wrong.
  private static func otherModel(_ scales: [KernelScale]) -> Remedy {
    let saturating = scales.contains {
      ["sigmoid", "hard sigmoid", "softsign"].contains($0.suited(.exact).suits)
    }
    return .any(
      .advice("add normalization layers"),
      .advice(
        saturating
          ? "use ReLU with \"he_normal\" in the hidden layers" : "lead shortcuts around some of the layers"))
  }
}
