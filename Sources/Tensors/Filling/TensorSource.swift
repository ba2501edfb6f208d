/// How the values of a tensor come to be.
package enum TensorSource: Sendable {
  /// Blocks in any order, by any number of workers.
  case blocks(any BlockFiller)
  /// Blocks in their order only, by one worker: where each begins in a random stream depends on those before
  /// it.
  case sequence(any SequentialFiller)
  /// All values at once (an orthogonal matrix): one worker computes the whole tensor, which stays in memory
  /// until its blocks are written.
  case whole(@Sendable () throws(SourceFailure) -> any BlockFiller)
}

extension TensorSource {
  /// The values from the first to the last, computed now if they have to be.
  package func sequence() throws(SourceFailure) -> any SequentialFiller {
    switch self {
    case .blocks(let filler): InOrder(filler: filler)
    case .sequence(let filler): filler
    case .whole(let compute): InOrder(filler: try compute())
    }
  }

  /// A filler of any block, for which the whole tensor is held in memory if there is no other way.
  ///
  /// - Parameters:
  ///   - count: the number of elements.
  ///   - dtype: their type.
  /// - Returns: the filler.
  /// - Throws: why the values cannot be had.
  package func randomAccess(count: Int, dtype: DType) throws(SourceFailure) -> any BlockFiller {
    switch self {
    case .blocks(let filler): return filler
    case .whole(let compute): return try compute()
    case .sequence(var filler):
      var bytes = [UInt8](repeating: 0, count: count * dtype.byteCount)
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      try filler.fill(0..<count, into: &raw)
      return MemoryFiller(bytes: bytes, bytesPerElement: dtype.byteCount)
    }
  }

  /// Goes through the values block by block, in order.
  ///
  /// - Parameters:
  ///   - spec: the tensor.
  ///   - body: gets the bytes of a block, in the order of the machine, and which elements they are.
  /// - Throws: why the values cannot be had.
  package func forEachBlock(
    of spec: TensorSpec, _ body: (UnsafeRawBufferPointer, Range<Int>) -> Void
  ) throws(SourceFailure) {
    var filler = try sequence()
    let partition = BlockPartition(elementCount: spec.elementCount)
    let size = min(spec.elementCount, BlockPartition.elementsPerBlock) * spec.dtype.byteCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 64)
    defer { unsafe buffer.deallocate() }
    for block in 0..<partition.count {
      let range = partition[block]
      let part = unsafe UnsafeMutableRawBufferPointer(
        rebasing: buffer[..<(range.count * spec.dtype.byteCount)])
      var span = unsafe part.mutableBytes
      try filler.fill(range, into: &span)
      unsafe body(UnsafeRawBufferPointer(part), range)
    }
  }
}

/// Blocks in their order, whatever they come from.
private struct InOrder: SequentialFiller {
  let filler: any BlockFiller

  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    try filler.fill(range, into: &bytes)
  }
}
