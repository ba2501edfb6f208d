import Tensors

/// What an HDF5 file turned out to hold.
struct ParsedTree: Sendable {
  let container: WeightCatalog.Container
  var tree: TensorTree
  var optimizerTensorCount = 0
  var iterations: Int?
  /// The paths of datasets that are no tensors of numbers.
  var otherDatasets: [String] = []
  var kerasVersion, backend: String?
  var draw: WeightCatalog.Draw?
  /// What is not in the file itself.
  var externals: [ExternalReference] = []
  /// By `TensorTree.Tensor.index`, from `firstIndex`.
  var tensors: [StoredTensor] = []

  /// Whether the parts fit together, so that nothing that follows an index runs out of an array.
  func isConsistent(firstIndex: Int) -> Bool {
    tree.allTensors.allSatisfy { $0.index >= firstIndex && $0.index - firstIndex < tensors.count }
  }
}
