import Tensors
import WeightAudit

extension TensorListing.Row {
  /// The tensor as matrices, whose spectra and output channels are looked at.
  ///
  /// - Parameters:
  ///   - spec: the tensor's shape and type.
  ///   - layer: the layer's path.
  /// - Returns: the tensor as matrices, or why it is none.
  func matrix(_ spec: TensorSpec, in layer: String) -> Result<MatrixLayout, NoMatrix>? {
    let isTable = role == .embeddings
    guard isTable || role?.connectsUnits == true else { return nil }
    guard spec.dtype.isFloatingPoint else { return .failure(NoMatrix("stored as \(spec.dtype.rawValue)")) }
    let shape = spec.shape
    let kind = (className ?? unit).lowercased()
    if name.hasPrefix("depthwise") || kind.hasPrefix("depthwise") {
      return .failure(NoMatrix("a vector for each channel"))
    }
    let layout: MatrixLayout?
    switch shape.rank {
    case 2: layout = isTable ? MatrixLayout(table: shape) : MatrixLayout(shape, joining: 1)
    case 3 where kind.contains("einsum"):
      // The equations of attention; any other one may have matrices of any axes.
      switch layer.split(separator: "/").last {
      case "query", "key", "value": layout = MatrixLayout(shape, joining: 1)
      case "attention_output": layout = MatrixLayout(shape, joining: 2)
      default: layout = nil
      }
    case 3...5 where !kind.contains("einsum"): layout = MatrixLayout(convolution: shape)
    default: layout = nil
    }
    return layout.map { .success($0) } ?? .failure(NoMatrix("its axes are no matrix"))
  }
}

/// Why a kernel is no matrix.
struct NoMatrix: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
