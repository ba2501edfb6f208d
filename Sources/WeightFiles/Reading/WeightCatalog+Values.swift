internal import HDF5
package import Tensors

extension WeightCatalog {
  /// Means are taken of small tensors only.
  private static let meanLimit = 1 << 20

  /// The mean of a tensor's values; `nil` if it is large, empty, no number or cannot be read.
  package func mean(ofTensor index: Int) -> Double? {
    guard tensors.indices.contains(index) else { return nil }
    let tensor = tensors[index]
    let count = tensor.spec.elementCount
    guard (1...Self.meanLimit).contains(count), tensor.spec.dtype != .bfloat16 else { return nil }
    let path = members[tensor.member].path
    let values = try? HDF5Session.run { session throws(HDF5Error) in
      try session.openFile(at: path).root().openDataset(tensor.path).read(as: Double.self)
    }
    return values.map { $0.reduce(0, +) / Double(count) }
  }

  /// The values of a tensor, bit for bit.
  package func source(ofTensor index: Int) -> TensorSource {
    let tensor = tensors[index]
    return .blocks(StoredFiller(file: members[tensor.member], tensor: tensor))
  }
}
