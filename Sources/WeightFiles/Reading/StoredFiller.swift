import Failures
internal import HDF5
import Tensors

/// The values of a tensor in a file.
struct StoredFiller: BlockFiller {
  let file: OpenedFile
  let tensor: StoredTensor

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    let width = tensor.spec.dtype.byteCount
    #if _endian(little)
      if let offset = tensor.offset {
        try read(at: offset, range.lowerBound * width, into: &bytes)
        return
      }
      if let grid = tensor.chunks, try read(range, in: grid, into: &bytes) { return }
    #endif
    var offset = 0
    for box in HDF5Selection.boxes(of: range, in: tensor.spec.shape.dimensions) {
      let part = try read(box)
      guard offset + part.count <= bytes.byteCount else {
        throw SourceFailure(
          .unreadable, in: file.name, "`\(tensor.path)` changed while it was read")
      }
      bytes.withUnsafeMutableBytes { buffer in
        UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyBytes(from: part)
      }
      offset += part.count
    }
  }

  private func read(at offset: UInt64, _ start: Int, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    var error: WeightFileError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(WeightFileError) {
        try file.read(into: buffer, at: Int64(clamping: offset) + Int64(start))
      } catch let caught { error = caught }
    }
    if let error { throw SourceFailure(error, in: file.name) }
  }

  /// Reads chunks and unpacks them here, where libhdf5 would let no other worker do so meanwhile.
  ///
  /// - Returns: false if it takes libhdf5: there are chunks that are too large, not stored, or damaged.
  private func read(
    _ range: Range<Int>, in grid: ChunkGrid, into bytes: inout MutableRawSpan
  ) throws(SourceFailure) -> Bool {
    guard let starts = grid.chunks(of: range) else { return false }
    let keys = starts.map { ChunkCache.Key(dataset: tensor.path, start: $0) }
    let chunks = try file.chunks.chunks(keys, byteCount: grid.chunkByteCount) { keys throws(SourceFailure) in
      try packed(keys.map(\.start), in: grid)?.map(grid.unpacked).allOrNone()
    }
    guard let chunks else { return false }
    bytes.withUnsafeMutableBytes { buffer in
      for (start, chunk) in zip(starts, chunks) { grid.copy(chunk, at: start, of: range, into: buffer) }
    }
    return true
  }

  private func packed(_ starts: [[Int]], in grid: ChunkGrid) throws(SourceFailure) -> [HDF5RawChunk]? {
    let (path, dataset) = (file.path, tensor.path)
    do throws(HDF5Error) {
      return try HDF5Session.run { session throws(HDF5Error) in
        let dataset = try session.openFile(at: path).root().openDataset(dataset)
        var chunks: [HDF5RawChunk] = []
        for start in starts {
          guard let chunk = try dataset.rawChunk(at: start, limit: grid.packedLimit) else { return nil }
          chunks.append(chunk)
        }
        return chunks
      }
    } catch {
      throw SourceFailure(WeightFileError(in: file.name, error), in: file.name)
    }
  }

  private func read(_ box: HDF5Selection?) throws(SourceFailure) -> [UInt8] {
    let (path, dataset) = (file.path, tensor.path)
    do throws(HDF5Error) {
      return try HDF5Session.run { session throws(HDF5Error) in
        try session.openFile(at: path).root().openDataset(dataset).readBytes(box)
      }
    } catch {
      throw SourceFailure(WeightFileError(in: file.name, error), in: file.name)
    }
  }
}

extension Array {
  /// The elements, or `nil` if one of them is.
  fileprivate func allOrNone<Wrapped>() -> [Wrapped]? where Element == Wrapped? {
    let present = compactMap(\.self)
    return present.count == count ? present : nil
  }
}
