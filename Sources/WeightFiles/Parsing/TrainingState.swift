import Tensors

/// What training keeps in a tree of objects beside the weights of the model: optimizers and metrics.
///
/// Every compiled model has its own, also one inside another: the discriminator of a GAN, a backbone that was
/// trained before.
struct TrainingState {
  /// The tree without them.
  let tree: TensorTree
  /// The tensors of optimizers.
  private(set) var optimizers: [TensorTree.Tensor] = []
  private(set) var metrics: [TensorTree.Tensor] = []

  /// - Parameter whole: the tree of a file.
  init(in whole: TensorTree) {
    var optimizers: [TensorTree.Tensor] = []
    var metrics: [TensorTree.Tensor] = []
    tree = Self.weights(of: whole, isRoot: true, &optimizers, &metrics)
    self.optimizers = optimizers
    self.metrics = metrics
  }

  private static func weights(
    of node: TensorTree, isRoot: Bool, _ optimizers: inout [TensorTree.Tensor],
    _ metrics: inout [TensorTree.Tensor]
  ) -> TensorTree {
    let isCompiled = isRoot || node.branches.contains(where: isOptimizer)
    var branches: [TensorTree.Branch] = []
    for branch in node.branches {
      let tensors = branch.layers.flatMap(\.allTensors)
      if isOptimizer(branch) || (isRoot && branch.attribute == "optimizer") {
        optimizers.append(contentsOf: tensors)
      } else if isCompiled, branch.attribute == "metrics" {
        metrics.append(contentsOf: tensors)
      } else {
        branches.append(
          TensorTree.Branch(
            attribute: branch.attribute, isList: branch.isList,
            layers: branch.layers.map { weights(of: $0, isRoot: false, &optimizers, &metrics) }))
      }
    }
    return TensorTree(
      form: node.form, name: node.name, unit: node.unit, tensors: node.tensors, branches: branches)
  }

  /// Whether a branch holds an optimizer, which counts its steps first: `optimizer` of a compiled model,
  /// `d_optimizer` of a training loop of one's own.
  private static func isOptimizer(_ branch: TensorTree.Branch) -> Bool {
    guard branch.attribute.hasSuffix("optimizer"), let tensors = branch.layers.first?.tensors,
      let steps = tensors.first
    else { return false }
    return branch.layers.count == 1 && steps.shape.rank == 0 && !steps.dtype.isFloatingPoint
  }
}
