import Synchronization
import Tensors
import WeightFiles

/// Hashes of stored tensors, by which values in different files are compared.
enum Hashing {
  /// The SHA-256 of each tensor's elements, row-major and little-endian, by the number of the tensor.
  static func hashes(_ catalog: WeightCatalog) async throws(CommandFailure) -> [String] {
    let hashes = Mutex([String](repeating: "", count: catalog.tensors.count))
    do throws(SourceFailure) {
      try await forEachIndex(
        below: catalog.tensors.count, workers: Terminal.processorCount
      ) { index throws(SourceFailure) in
        var hash = SHA256()
        try catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { bytes, _ in
          hash.update(bytes)
        }
        let digest = hash.hexDigest()
        hashes.withLock { $0[index] = digest }
      }
    } catch {
      throw CommandFailure("\(error.source): \(error.reason)", .unusable)
    }
    return hashes.withLock { $0 }
  }
}

extension TensorSource {
  /// Goes through the values block by block, in order.
  ///
  /// - Parameters:
  ///   - spec: the tensor.
  ///   - body: gets the bytes of a block, in the order of the machine, and which elements they are.
  /// - Throws: why the values cannot be had.
  func forEachBlock(
    of spec: TensorSpec, _ body: (UnsafeRawBufferPointer, Range<Int>) -> Void
  ) throws(SourceFailure) {
    let filler = try computed()
    let partition = BlockPartition(elementCount: spec.elementCount)
    let size = min(spec.elementCount, BlockPartition.elementsPerBlock) * spec.dtype.byteCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 64)
    defer { buffer.deallocate() }
    for block in 0..<partition.count {
      let range = partition[block]
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * spec.dtype.byteCount)])
      var span = part.mutableBytes
      try filler.fill(range, into: &span)
      body(UnsafeRawBufferPointer(part), range)
    }
  }
}
