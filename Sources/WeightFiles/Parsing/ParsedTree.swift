import Tensors

/// What an HDF5 file turned out to hold.
struct ParsedTree: Sendable {
  let container: WeightCatalog.Container
  var tree: TensorTree
  var optimizerTensorCount = 0
  /// Whether it says how the model was compiled.
  var hasTrainingConfig = false
  var iterations: Int?
  /// The paths of datasets that are no tensors of numbers.
  var otherDatasets: [String] = []
  var kerasVersion, backend: String?
  var draw: WeightCatalog.Draw?
  var calibration: String?
  /// What is not in the file itself.
  var externals: [ExternalReference] = []
  /// By `TensorTree.Tensor.index`, from `firstIndex`.
  var tensors: [StoredTensor] = []

  /// Whether the parts fit together and into the file, whoever claims it: what is computed from them does not
  /// overflow, and no index runs out of an array.
  ///
  /// - Parameters:
  ///   - member: which of a catalog's files it is.
  ///   - firstIndex: the index of its first tensor.
  ///   - size: that of the file.
  /// - Returns: false if a process made it that a file has taken over.
  func isConsistent(member: Int, firstIndex: Int, fileSize size: Int64) -> Bool {
    tensors.allSatisfy { tensor in
      guard tensor.member == member else { return false }
      guard let offset = tensor.offset else { return true }
      return offset >= 0 && offset <= size && Int64(tensor.spec.byteCount) <= size - offset
    }
      && tree.allTensors.allSatisfy { tensor in
        guard tensor.index >= firstIndex, tensor.index - firstIndex < tensors.count else { return false }
        let spec = tensors[tensor.index - firstIndex].spec
        return spec.shape == tensor.shape && spec.dtype == tensor.dtype
      }
  }
}
