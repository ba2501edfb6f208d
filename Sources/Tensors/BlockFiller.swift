/// Gives any block of one tensor, independently of every other block.
///
/// Drawing from a counter-based stream, repeating a constant and copying from another file are the same act
/// to whoever writes a file.
package protocol BlockFiller: Sendable {
  /// Writes elements `range` of the tensor, in the byte order of the machine, over the whole of `bytes`.
  ///
  /// - Parameters:
  ///   - range: flat, row-major element indices.
  ///   - bytes: exactly as many bytes as the elements take.
  /// - Throws: why the values cannot be had; only what reads them from somewhere does.
  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure)
}

/// Why the values of a tensor cannot be had.
package struct SourceFailure: Error, Sendable, Hashable {
  /// Where they should come from: what the user calls the file.
  package let source: String
  package let reason: String

  package init(source: String, reason: String) {
    self.source = source
    self.reason = reason
  }
}

/// Gives the blocks of one tensor one after the other: each begins in the state that the last one left.
///
/// A value: a copy goes on from where the original is.
package protocol SequentialFiller: Sendable {
  /// Writes elements `range`, which begin where those of the last call ended (at 0 the first time), in the byte order of
  /// the machine, over the whole of `bytes`.
  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure)
}

/// How the values of a tensor come to be.
package enum TensorSource: Sendable {
  /// Blocks in any order, by any number of workers.
  case blocks(any BlockFiller)
  /// Blocks in their order only, by one worker: where each begins in a random stream depends on those before it.
  case sequence(any SequentialFiller)
  /// Nothing is known before everything is computed (an orthogonal matrix): one worker computes the whole
  /// tensor, which stays in memory until its blocks are written.
  case whole(@Sendable () throws(SourceFailure) -> any BlockFiller)
}

/// The same element throughout.
package struct ConstantFiller: BlockFiller {
  private let element: [UInt8]

  /// - Parameter element: the bytes of one element; not empty.
  package init(element: [UInt8]) {
    precondition(!element.isEmpty)
    self.element = element
  }

  package func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    bytes.withUnsafeMutableBytes { buffer in
      if element.allSatisfy({ $0 == element[0] }) {
        buffer.initializeMemory(as: UInt8.self, repeating: element[0])
      } else {
        for index in buffer.indices { buffer[index] = element[index % element.count] }
      }
    }
  }
}

/// A tensor that lies in memory.
package struct MemoryFiller: BlockFiller {
  private let bytes: [UInt8]
  private let bytesPerElement: Int

  package init(bytes: [UInt8], bytesPerElement: Int) {
    self.bytes = bytes
    self.bytesPerElement = bytesPerElement
  }

  package func fill(_ range: Range<Int>, into span: inout MutableRawSpan) {
    let part = bytes[range.lowerBound * bytesPerElement..<range.upperBound * bytesPerElement]
    span.withUnsafeMutableBytes { $0.copyBytes(from: part) }
  }
}

/// Several fillers one after the other, as a bias made of gate segments.
package struct ConcatenatedFiller: BlockFiller {
  package struct Segment: Sendable {
    package let count: Int
    package let filler: any BlockFiller

    package init(count: Int, filler: any BlockFiller) {
      self.count = count
      self.filler = filler
    }
  }

  private let segments: [Segment]
  private let bytesPerElement: Int

  package init(_ segments: [Segment], bytesPerElement: Int) {
    self.segments = segments
    self.bytesPerElement = bytesPerElement
  }

  package func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    var start = 0
    for segment in segments {
      let overlap = range.clamped(to: start..<start + segment.count)
      if !overlap.isEmpty {
        let first = (overlap.lowerBound - range.lowerBound) * bytesPerElement
        var part = bytes._mutatingExtracting(first..<first + overlap.count * bytesPerElement)
        try segment.filler.fill(overlap.lowerBound - start..<overlap.upperBound - start, into: &part)
      }
      start += segment.count
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
      var raw = span.mutableBytes
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
