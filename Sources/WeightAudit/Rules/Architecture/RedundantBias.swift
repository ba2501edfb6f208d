import SignalGraph

/// NRM005.
enum RedundantBias: DeclarationRule {
  static let descriptor = RuleDescriptor(
    id: "NRM005", name: "bias-before-normalization", severity: .note,
    summary: "A layer has a bias that the BatchNormalization behind it takes away.",
    rationale: "The mean that is subtracted has the bias in it: the parameters do nothing.",
    remedy: "declare \"use_bias\": false",
    source: "Ioffe & Szegedy, ICML 2015, §3.2")

  static func findings(in model: DeclaredModel) -> [Finding] {
    let consumers = model.graph.consumers()
    func isNormalized(_ index: Int) -> Bool {
      guard consumers[index].count == 1, let next = consumers[index].first else { return false }
      switch model.graph.nodes[next].operation {
      case .normalization(let normalization): return normalization.kind == .batch
      case .activation(.linear), .dropout: return isNormalized(next)
      default: return false
      }
    }
    let layers = model.graph.nodes.indices.compactMap { index -> String? in
      guard case .linear(let map) = model.graph.nodes[index].operation, let bias = map.bias,
        model.weights[bias]?.isTrainable == true, isNormalized(index)
      else { return nil }
      return model.graph.nodes[index].layer
    }
    guard let first = layers.first else { return [] }
    let message =
      layers.count == 1
      ? "its bias does nothing: a BatchNormalization follows"
      : "its bias and those of \(Numbers.count(layers.count - 1)) other layers do nothing: a BatchNormalization follows"
    return [Finding(descriptor, layer: first, message)]
  }
}
