package import Tensors

extension WeightCatalog {
  /// Means are taken of small tensors only.
  private static let meanLimit = 1 << 20

  /// The mean of a tensor's values; `nil` if it is large, empty or no number.
  ///
  /// - Throws: why its values cannot be read.
  package func mean(ofTensor index: Int) throws(SourceFailure) -> Double? {
    guard tensors.indices.contains(index) else { return nil }
    let spec = tensors[index].spec
    guard (1...Self.meanLimit).contains(spec.elementCount), spec.dtype != .bfloat16 else { return nil }
    var sum = 0.0
    try unsafe source(ofTensor: index).forEachBlock(of: spec) { bytes, range in
      for index in 0..<range.count { unsafe sum += spec.dtype.value(in: bytes, at: index) }
    }
    return sum / Double(spec.elementCount)
  }

  /// The values of a tensor, bit for bit.
  package func source(ofTensor index: Int) -> TensorSource {
    let tensor = tensors[index]
    return .blocks(StoredFiller(file: members[tensor.member], tensor: tensor))
  }
}
