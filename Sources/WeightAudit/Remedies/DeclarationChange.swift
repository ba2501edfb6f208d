import SignalGraph
import Tensors

/// A change of what a model declares of its weights' first values.
package enum DeclarationChange: Sendable, Hashable {
  /// A kernel, by its index in the graph, gets another variance; so many inputs reach one of its outputs.
  case scale(weight: Int, variance: Double, fanIn: Double, SuitedScale)
  /// A weight gets an initializer of Keras that takes no arguments.
  case initializer(weight: Int, name: String)
  /// A weight gets a seed that no other one has.
  case ownSeed(weight: Int)
  /// A recurrent layer, named by its kernel, sets another argument.
  case argument(weight: Int, field: String, value: Bool)
}

extension DeclarationChange {
  /// What has to be declared otherwise so that findings go.
  ///
  /// - Parameters:
  ///   - findings: those about the declarations.
  ///   - model: the declarations.
  ///   - stage: how far it goes.
  /// - Returns: nothing for findings that no initializer can help.
  package static func all(
    for findings: [Finding], in model: WeightedGraph, _ stage: RepairStage
  ) -> [DeclarationChange] {
    let declared = DeclaredLayers(model)
    var seen: Set<DeclarationChange> = []
    return findings.flatMap { Self.changes($0, declared, stage) }.filter { seen.insert($0).inserted }
  }

  private static func changes(
    _ finding: Finding, _ declared: DeclaredLayers, _ stage: RepairStage
  ) -> [DeclarationChange] {
    for action in finding.remedy.actions {
      let changes: [DeclarationChange] =
        switch action {
        case .declare("recurrent_initializer", _): recurrent(finding, declared)
        case .declare("embeddings_initializer", let choices): embeddings(finding, declared, choices)
        case .declare("bias_initializer", let choices): biases(finding, declared, choices)
        case .declare: constants(finding, declared) ?? rescaled(finding, declared.scales, stage)
        case .separateSeeds: (declared.repeated[finding.layer] ?? []).map { .ownSeed(weight: $0) }
        case .setArgument(let field, let value) where field == "unit_forget_bias":
          declared.recurrences(of: finding.remedy.layers).map {
            .argument(weight: $0.kernel, field: field, value: value)
          }
        default: []
        }
      if !changes.isEmpty { return changes }
    }
    // Where every kernel has the scale that suits, sums of branches may still grow.
    return finding.isAboutScale ? rescaled(finding, declared.scales, stage) : []
  }

  /// Kernels that are declared to be one value, or never above zero; `nil` if the finding is about others.
  private static func constants(_ finding: Finding, _ declared: DeclaredLayers) -> [DeclarationChange]? {
    guard !finding.isAboutScale else { return nil }
    return declared.faulty(of: finding.remedy.layers).compactMap { index, weight in
      guard weight.isKernel,
        finding.tensor == nil || finding.tensor == weight.name || !finding.folded.isEmpty
      else { return nil }
      if let scale = declared.suited[index] { return scale.change(.faulty) }
      return .initializer(
        weight: index, name: weight.variable == "recurrent_kernel" ? "orthogonal" : "glorot_uniform")
    }
  }

  private static func rescaled(
    _ finding: Finding, _ scales: [KernelScale], _ stage: RepairStage
  ) -> [DeclarationChange] {
    let layers = finding.rule.id == ActivationGain.descriptor.id ? finding.remedy.layers : []
    let isSaturation = finding.rule.id == SaturatedUnits.descriptor.id
    let scope = scales.filter { scale in
      (layers.isEmpty || layers.contains(scale.layer)) && (scale.isHidden || stage == .outputs)
        && (!isSaturation || scale.isBeforeSaturation)
    }
    if stage == .branches {
      guard finding.rule.id == ExplodingSignal.descriptor.id else { return [] }
      let ends = scales.filter(\.endsBranch)
      return ends.filter { $0.ratio(stage) > stage.factor / Double(ends.count) }.map {
        $0.change(stage, share: 1 / Double(ends.count))
      }
    }
    return scope.filter { $0.isOff(stage) }.map {
      $0.change(stage)
    }
  }

  private static func recurrent(_ finding: Finding, _ declared: DeclaredLayers) -> [DeclarationChange] {
    declared.recurrences(of: finding.remedy.layers).map {
      .initializer(weight: $0.recurrentKernel, name: "orthogonal")
    }
  }

  private static func embeddings(
    _ finding: Finding, _ declared: DeclaredLayers, _ choices: [Remedy.Choice]
  ) -> [DeclarationChange] {
    guard let name = choices.first?.value else { return [] }
    return declared.faulty(of: finding.remedy.layers).filter { $0.weight.variable == "embeddings" }.map {
      .initializer(weight: $0.index, name: name)
    }
  }

  private static func biases(
    _ finding: Finding, _ declared: DeclaredLayers, _ choices: [Remedy.Choice]
  ) -> [DeclarationChange] {
    guard let name = choices.first?.value else { return [] }
    let model = declared.model
    return model.graph.nodes.compactMap { node -> DeclarationChange? in
      guard finding.remedy.layers.contains(node.layer), case .linear(let map) = node.operation,
        let bias = map.bias, let expectation = model.weights[bias]?.expectation, expectation.meanSquare > 0
      else { return nil }
      return .initializer(weight: bias, name: name)
    }
  }
}

extension KernelScale {
  /// The change to a share of the variance that suits.
  fileprivate func change(_ stage: RepairStage, share: Double = 1) -> DeclarationChange {
    .scale(weight: weight, variance: variance(stage) * share, fanIn: fans.input, suited(stage))
  }
}

extension Finding {
  /// Whether it is about how signals or gradients grow and fade.
  fileprivate var isAboutScale: Bool {
    [
      VanishingSignal.descriptor, ExplodingSignal.descriptor, SaturatedUnits.descriptor,
      ActivationGain.descriptor,
    ]
    .contains { $0.id == rule.id }
  }
}
