import Synchronization
internal import SystemPackage
import Tensors

/// Draws blocks of tensors on all workers at once, and writes each to its place.
///
/// One worker writes at a time: file systems let no other into the same file, and whoever waits there burns
/// the processor that could draw. The disk begins with a block as soon as it is written.
final class BulkWriter: Sendable {
  private let descriptor: FileDescriptor
  private let progress: @Sendable (Int) -> Void
  /// Takes the checksum of every block, if the file needs one of the whole.
  private let checksums: SegmentChecksums?
  private let turn = Mutex(())

  /// - Parameters:
  ///   - descriptor: the file.
  ///   - checksums: takes the checksum of every block.
  ///   - progress: called after every block with its size.
  init(
    descriptor: FileDescriptor, checksums: SegmentChecksums? = nil,
    progress: @escaping @Sendable (Int) -> Void
  ) {
    self.descriptor = descriptor
    self.checksums = checksums
    self.progress = progress
  }

  /// Blocks that the disk begins with at once; what is smaller can wait for the rest.
  private static let writeBackSize = 1 << 20

  /// A piece of work for one worker.
  private enum Job {
    /// One block of a tensor.
    case block(Extent, any BlockFiller, Range<Int>)
    /// A tensor whose blocks come in their order, or that has to be computed first.
    case tensor(Extent, TensorSource)
  }

  enum Failure: Error {
    case system(Errno)
    case source(SourceFailure)
  }

  func write(
    _ extents: [Extent], sources: [Int: TensorSource], workers: Int
  ) async throws(Failure) {
    let jobs = jobs(extents, sources)
    try await forEachIndex(below: jobs.count, workers: workers) { [self] index throws(Failure) in
      switch jobs[index] {
      case .block(let extent, let filler, let range):
        try write(range, of: extent) { (bytes) throws(SourceFailure) in try filler.fill(range, into: &bytes) }
      case .tensor(let extent, let source):
        var filler: any SequentialFiller
        do throws(SourceFailure) { filler = try source.sequence() } catch { throw .source(error) }
        let blocks = BlockPartition(elementCount: extent.spec.elementCount)
        for block in 0..<blocks.count {
          let range = blocks[block]
          try write(range, of: extent) { (bytes) throws(SourceFailure) in
            try filler.fill(range, into: &bytes)
          }
        }
      }
    }
  }

  /// The long jobs come first, so that no worker is left alone with one at the end.
  private func jobs(_ extents: [Extent], _ sources: [Int: TensorSource]) -> [Job] {
    var tensors: [(size: Int, job: Job)] = []
    var blocks: [Job] = []
    for extent in extents {
      guard let source = sources[extent.source] else {
        preconditionFailure("the layout names a source that was not given")
      }
      switch source {
      case .whole: tensors.append((.max, .tensor(extent, source)))
      case .sequence: tensors.append((extent.spec.byteCount, .tensor(extent, source)))
      case .blocks(let filler):
        let partition = BlockPartition(elementCount: extent.spec.elementCount)
        for block in 0..<partition.count { blocks.append(.block(extent, filler, partition[block])) }
      }
    }
    // The longest first, in a fixed order.
    let order = tensors.indices.sorted { (tensors[$1].size, $0) < (tensors[$0].size, $1) }
    return order.map { tensors[$0].job } + blocks
  }

  private func write(
    _ range: Range<Int>, of extent: Extent,
    _ fill: (inout MutableRawSpan) throws(SourceFailure) -> Void
  ) throws(Failure) {
    let width = extent.spec.dtype.byteCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count * width, alignment: 64)
    defer { unsafe buffer.deallocate() }
    var span = unsafe buffer.mutableBytes
    do throws(SourceFailure) { try fill(&span) } catch { throw .source(error) }
    unsafe Self.makeLittleEndian(buffer, width)
    let bytes = UnsafeRawBufferPointer(buffer)
    let offset = Int64(extent.offset) + Int64(range.lowerBound * width)
    do throws(Errno) {
      try turn.withLock { (_) throws(Errno) in try unsafe descriptor.writeExactly(bytes, at: offset) }
    } catch { throw .system(error) }
    if bytes.count >= Self.writeBackSize {
      POSIX.startWriteBack(descriptor, at: offset, byteCount: bytes.count)
    }
    unsafe checksums?.add(bytes, at: offset)
    progress(buffer.count)
  }

  /// Files are little-endian; fillers write in the order of the machine.
  private static func makeLittleEndian(_ buffer: UnsafeMutableRawBufferPointer, _ width: Int) {
    #if _endian(big)
      for start in stride(from: 0, to: buffer.count, by: width) {
        buffer[start..<start + width].reverse()
      }
    #endif
  }
}
