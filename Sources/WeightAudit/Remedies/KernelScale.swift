import SignalGraph
import Tensors

/// How the values of a kernel, drawn or declared, compare with the scale that suits what follows it.
struct KernelScale: Sendable {
  /// The index of the kernel.
  let weight: Int
  let layer: String
  /// The variable's own name.
  let variable: String
  /// The mean square of the values.
  let meanSquare: Double
  /// The number of inputs of a unit, and of the units that an input reaches.
  let fans: (input: Double, output: Double)
  private let usual: SuitedScale
  /// Whether other kernels follow.
  let isHidden: Bool
  /// Whether its outputs go through a function that is flat on both sides.
  let isBeforeSaturation: Bool
  /// Whether it ends a branch whose signal is added to another one.
  let endsBranch: Bool

  /// The kernels of linear maps whose scale matters, each once: those without a normalization behind them, of
  /// which something is known.
  static func all(in model: WeightedGraph) -> [KernelScale] {
    let walk = GraphWalk(model.graph)
    let ends = branchEnds(model.graph)
    var seen: Set<Int> = []
    return model.graph.nodes.indices.compactMap { index in
      guard case .linear(let map) = model.graph.nodes[index].operation,
        let weight = model.weights[map.weight],
        let expectation = weight.expectation, seen.insert(map.weight).inserted,
        !walk.isNormalized(after: index)
      else { return nil }
      return KernelScale(
        weight: map.weight, layer: weight.layer, variable: weight.variable,
        meanSquare: expectation.meanSquare, fans: fans(map, weight.shape),
        usual: SuitedScale(
          behind: walk.activation(after: index), after: walk.activation(before: index)?.activation),
        isHidden: walk.isHidden(index),
        isBeforeSaturation: walk.activation(after: index)?.saturates == true,
        endsBranch: ends.contains(index))
    }
  }

  /// The fans, by Keras's rule where that counts the inputs right: a stride is no matter of it.
  private static func fans(_ map: LinearMap, _ shape: Shape) -> (input: Double, output: Double) {
    let sizes = shape.dimensions.map(Double.init)
    let field = sizes.dropLast(2).reduce(1, *)
    guard sizes.count > 1, sizes[sizes.count - 2] * field == Double(map.fanIn) else {
      return (Double(map.fanIn), map.fanOut)
    }
    return (Double(map.fanIn), sizes[sizes.count - 1] * field)
  }

  /// The scale that suits; from the second stage on that of deep networks.
  func suited(_ stage: RepairStage) -> SuitedScale {
    stage == .faulty ? usual : usual.ofDeepNetworks ?? usual
  }

  func variance(_ stage: RepairStage) -> Double {
    suited(stage).variance(fanIn: fans.input, fanOut: fans.output)
  }

  /// The mean square of the values, relative to the variance that suits.
  func ratio(_ stage: RepairStage) -> Double { meanSquare / variance(stage) }

  /// Whether the scale is off, by as much as counts in a stage. The end of a residual branch may be as small
  /// as it likes.
  func isOff(_ stage: RepairStage) -> Bool {
    let suited = suited(stage)
    // Where nothing follows, LeCun's scale is as good as Glorot's, and what lies between the scale of a
    // shallow network and that of a deep one is as good as either.
    let variances = [
      variance(stage), usual.ofDeepNetworks.map { _ in variance(.exact) }, suited.gain / max(fans.input, 1),
    ].compactMap(\.self).prefix(suited.gain == 1 ? 3 : 1)
    let (lower, upper) = (variances.min() ?? 0, variances.max() ?? .infinity)
    return meanSquare > upper * stage.factor || (meanSquare < lower / stage.factor && !endsBranch)
  }

  /// The field that declares the kernel's initializer: `kernel_initializer`, `depthwise_initializer`.
  var field: String { Self.field(of: variable) }

  static func field(of variable: String) -> String {
    // Keras 1's own word.
    if variable == "W" { return "init" }
    let stem = variable.hasSuffix("_kernel") ? String(variable.dropLast("_kernel".count)) : variable
    return "\(stem)_initializer"
  }

  /// The last linear map of each residual branch: of the signals that are added, the one that has passed the
  /// most kernels since the network's input.
  private static func branchEnds(_ graph: SignalGraph) -> Set<Int> {
    var depths: [Int] = []
    var ends: Set<Int> = []
    for node in graph.nodes {
      let deepest = node.inputs.max { depths[$0] < depths[$1] }
      depths.append((deepest.map { depths[$0] } ?? 0) + (node.operation.kernels.isEmpty ? 0 : 1))
      guard case .add = node.operation, Set(node.inputs).count > 1, let deepest else { continue }
      if let end = lastLinear(before: deepest, graph) { ends.insert(end) }
    }
    return ends
  }

  private static func lastLinear(before index: Int, _ graph: SignalGraph) -> Int? {
    var current: Int? = index
    while let place = current {
      switch graph.nodes[place].operation {
      case .linear: return place
      case .activation, .passThrough, .places, .flatten, .dropout, .affine, .meanPool, .maxPool:
        current = graph.nodes[place].inputs.first
      default: return nil
      }
    }
    return nil
  }
}

extension WeightedGraph.Weight {
  /// The variable's own name: `kernel`.
  var variable: String { name.split(separator: "/").last.map(String.init) ?? name }
}
