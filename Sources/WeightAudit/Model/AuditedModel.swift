package import Tensors

/// The values of a file as rules judge them: its tensors, and what is known of their model.
package struct AuditedModel: Sendable {
  /// In the order of the file.
  package let tensors: [AuditedTensor]
  /// The graph, with what the weights were measured to be; `nil` without an architecture.
  package let measuredGraph: WeightedGraph?
  /// The number of steps that the optimizer has taken, if the file tells.
  package let iterations: Int?
  package let state: AuditState
  /// The type that the weights are meant to be converted to.
  package let targetDType: DType?
  /// By the weights' indices in the graph.
  private let contexts: [Int: LayerContext]
  private let tensorByWeight: [Int: Int]
  private let tensorsByLayer: [String: [Int]]
  /// What the model's own tensors hold, if the file has others.
  private let contents: Set<Contents>
  /// Layers whose constants have moved.
  private let movedLayers: Set<String>
  /// Layers of a trained model that were not trained with it, as a new head.
  private let newLayers: Set<String>

  /// - Parameters:
  ///   - tensors: in the order of the file.
  ///   - measuredGraph: the graph, with measured weights.
  ///   - iterations: the number of steps that the optimizer has taken.
  ///   - assumed: the state that the user says it is in.
  ///   - targetDType: the type that the weights are meant to be converted to.
  package init(
    tensors: [AuditedTensor], measuredGraph: WeightedGraph? = nil, iterations: Int? = nil,
    assumed: AuditState.Value? = nil, targetDType: DType? = nil
  ) {
    self.init(
      tensors: tensors, measuredGraph: measuredGraph, iterations: iterations, assumed: assumed,
      targetDType: targetDType, contexts: measuredGraph.map { LayerContext.all(in: $0.graph) } ?? [:])
  }

  /// A model whose layers' contexts are given, for examples without a graph.
  init(
    tensors: [AuditedTensor], measuredGraph: WeightedGraph? = nil, iterations: Int?,
    assumed: AuditState.Value?, targetDType: DType? = nil, contexts: [Int: LayerContext]
  ) {
    let byLayer = Dictionary(grouping: tensors.filter { $0.role == .kernel }, by: \.layer)
    let tensors = tensors.map { tensor in
      tensor.isOfQuantizer || byLayer[tensor.layer]?.contains(where: tensor.mayBeBeside) == true
        ? tensor.besideKernel : tensor
    }
    self.tensors = tensors
    self.measuredGraph = measuredGraph
    self.iterations = iterations
    self.targetDType = targetDType
    self.contexts = contexts
    state = AuditState(tensors, iterations: iterations, assumed: assumed)
    movedLayers = Set(tensors.filter { $0.holdsDeclaredConstants == false }.map(\.layer))
    // Where an optimizer has taken steps, it has taken them with all layers.
    let mayBeNew = state.value == .trained && !state.isAssumed && iterations ?? 0 == 0
    newLayers =
      mayBeNew
      ? Self.newLayers(tensors, moved: movedLayers, uses: measuredGraph?.kernelUses ?? [:]) : []
    contents =
      tensors.allSatisfy(\.isOfModel) ? [] : Set(tensors.filter(\.isOfModel).map(Contents.init))
    tensorsByLayer = Dictionary(grouping: tensors.indices) { tensors[$0].layer }
    tensorByWeight = Dictionary(
      tensors.enumerated().compactMap { index, tensor in tensor.weight.map { ($0, index) } }
    ) { first, _ in first }
  }

  /// The layers whose biases and scales are as declared while those of others have moved, if nothing in them
  /// is frozen, a statistic, or looks trained, or is used twice: then a bias may cancel out.
  private static func newLayers(
    _ tensors: [AuditedTensor], moved: Set<String>, uses: [Int: Int]
  ) -> Set<String> {
    guard !moved.isEmpty else { return [] }
    let kept = tensors.filter {
      $0.isTrainable && $0.measurements.count > 1 && $0.holdsDeclaredConstants == true
    }
    let layers = Set(kept.map(\.layer)).subtracting(moved)
    let trained = tensors.filter { tensor in
      guard layers.contains(tensor.layer) else { return false }
      let isUsedAgain = tensor.weight.map { uses[$0] ?? 1 > 1 } ?? false
      return !tensor.isTrainable || isUsedAgain || tensor.looksTrained
    }
    return layers.subtracting(trained.map(\.layer))
  }

  /// Whether rules for fresh weights apply to a tensor.
  package func isFresh(_ tensor: AuditedTensor) -> Bool {
    switch state.value {
    case .fresh: true
    case .mixed: !movedLayers.contains(tensor.layer)
    case .trained: newLayers.contains(tensor.layer)
    case .unknown: false
    }
  }

  /// Whether rules for trained weights apply to a tensor.
  func isTrained(_ tensor: AuditedTensor) -> Bool {
    switch state.value {
    case .trained: !newLayers.contains(tensor.layer)
    case .mixed: movedLayers.contains(tensor.layer)
    case .fresh, .unknown: false
    }
  }

  /// The other tensors of a tensor's layer.
  func siblings(of tensor: AuditedTensor) -> [AuditedTensor] {
    (tensorsByLayer[tensor.layer] ?? []).map { tensors[$0] }.filter { $0.path != tensor.path }
  }

  /// Whether a tensor is the second copy of a weight, as wrappers store what they wrap.
  func isCopy(_ tensor: AuditedTensor) -> Bool {
    !tensor.isOfModel && contents.contains(Contents(tensor))
  }

  /// What tells whether two tensors are one.
  private struct Contents: Hashable {
    let shape: Shape
    let dtype: DType
    let fingerprint: Fingerprint

    init(_ tensor: AuditedTensor) {
      shape = tensor.spec.shape
      dtype = tensor.spec.dtype
      fingerprint = tensor.measurements.fingerprint
    }
  }

  /// What surrounds a kernel in the graph; `nil` without an architecture, or where the layer is neither
  /// linear nor recurrent.
  func context(of tensor: AuditedTensor) -> LayerContext? { tensor.weight.flatMap { contexts[$0] } }

  /// The tensor that holds a weight of the graph; `nil` if the file has none, or it could not be read.
  func tensor(ofWeight index: Int) -> AuditedTensor? { tensorByWeight[index].map { tensors[$0] } }

  /// The tensors that hold weights of the graph; `nil` if one is missing.
  func tensors(ofWeights indices: [Int]) -> [AuditedTensor]? {
    let found = indices.compactMap(tensor(ofWeight:))
    return found.count == indices.count ? found : nil
  }
}

extension AuditedModel {
  /// The measured graph, if predictions for fresh weights hold for it; `nil` for trained weights.
  var freshGraph: WeightedGraph? {
    switch state.value {
    case .fresh, .mixed: measuredGraph
    case .trained, .unknown: nil
    }
  }

  /// The measured graph of a trained model, whose signals and gradients keep to wider bounds.
  var trainedGraph: WeightedGraph? { state.value == .trained ? measuredGraph : nil }
}
