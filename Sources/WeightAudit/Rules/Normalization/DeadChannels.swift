import SignalGraph
import Tensors
import Text

/// NRM002.
enum DeadChannels: TensorRule {
  static let descriptor = RuleDescriptor(
    "NRM002", "dead-channel",
    remedy: .any(.advice("prune the channel"), .advice("look for dying ReLUs before it")),
    .init(
      summary: "A trained normalization has seen no variance in a channel.",
      rationale: "The channel is constant for every input: ReLUs before it have died, or its weights are 0.",
      source: "Ioffe & Szegedy, ICML 2015"))

  /// The variance below which the layer's epsilon is all that is left.
  static let threshold = 1e-12

  static let examples: [RuleExample] = [
    .found(
      "a channel without variance",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0, 2, 0.5]))
      ], assumed: .trained),
    .passed(
      "variance in every channel",
      [
        ExampleTensor("bn/moving_variance", .statistic, [4], .list([1, 0.001, 2, 0.5]))
      ], assumed: .trained),
  ]

  static func judge(_ tensor: AuditedTensor, in model: AuditedModel) -> Finding? {
    guard model.isTrained(tensor), tensor.isRunningVariance, tensor.isMeasurable,
      let range = tensor.measurements.range, range.lowerBound < threshold
    else { return nil }
    let dead = tensor.measurements.sample.filter { $0 < threshold }.count
    return Finding(
      descriptor, at: .tensor(tensor),
      "\(NumberText.count(dead)) of \(NumberText.count(tensor.measurements.sample.count)) channels have a "
        + "variance below 10⁻¹²",
      evidence: [.init("channels", Double(dead))], isProof: true
    ).caused(by: kernel(before: tensor, model).map { [$0.name] } ?? [])
  }

  /// The kernel before the normalization, if the units that it has switched off are what is constant.
  private static func kernel(before tensor: AuditedTensor, _ model: AuditedModel) -> AuditedTensor? {
    guard let graph = model.measuredGraph?.graph else { return nil }
    let walk = GraphWalk(graph)
    let node = graph.nodes.indices.first { index in
      if case .normalization = graph.nodes[index].operation {
        graph.nodes[index].layer == tensor.layer
      } else {
        false
      }
    }
    guard let node, let linear = walk.linear(before: node),
      case .linear(let map) = graph.nodes[linear].operation,
      let kernel = model.tensor(ofWeight: map.weight), let units = kernel.measurements.units,
      units.layout.units == tensor.measurements.sample.count
    else { return nil }
    let dead = tensor.measurements.sample.indices.filter { tensor.measurements.sample[$0] < threshold }
    return NegligibleUnits.units(of: units).isSuperset(of: dead) ? kernel : nil
  }
}
