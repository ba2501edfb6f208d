import Failures
internal import HDF5
import Synchronization
import Tensors

/// The values of an HDF5 file that cannot be read as they lie there.
final class HDF5Values: Sendable {
  private let view: FileView
  /// What was unpacked of it.
  private let chunks = ChunkCache()
  /// How each dataset is read.
  private let ways = Mutex<[String: Way]>([:])

  private enum Way {
    /// Its chunks are unpacked here, but for those that are not stored or too large.
    case chunks(ChunkGrid)
    case libhdf5
  }

  init(_ view: FileView) { self.view = view }

  /// Writes elements of a tensor, in the byte order of the machine.
  func fill(
    _ bytes: inout MutableRawSpan, _ tensor: StoredTensor, _ range: Range<Int>
  ) throws(WeightFileError) {
    guard range.lowerBound >= 0, range.upperBound <= tensor.spec.elementCount,
      bytes.byteCount == range.count * tensor.spec.dtype.byteCount
    else {
      throw WeightFileError(.malformed, in: view.name, "`\(tensor.path)` has no elements \(range)")
    }
    if let refusal = tensor.refusal {
      throw WeightFileError(
        .malformed, in: view.name, attempt: "read the dataset `\(tensor.path)`", refusal)
    }
    if case .chunks(let grid) = try way(tensor), try read(range, of: tensor, in: grid, into: &bytes) {
      return
    }
    try readBoxes(range, of: tensor, into: &bytes)
  }

  /// Reads by libhdf5.
  private func readBoxes(
    _ range: Range<Int>, of tensor: StoredTensor, into bytes: inout MutableRawSpan
  ) throws(WeightFileError) {
    let boxes = HDF5Selection.boxes(of: range, in: tensor.spec.shape.dimensions)
    let parts = try open(tensor) { dataset throws(HDF5Error) in
      var parts: [[UInt8]] = []
      for box in boxes { parts.append(try dataset.readBytes(box)) }
      guard parts.map(\.count).reduce(0, +) == range.count * tensor.spec.dtype.byteCount else {
        throw dataset.failure("read the dataset", "it has other elements than it had")
      }
      return parts
    }
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var offset = 0
      for part in parts {
        unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyBytes(from: part)
        offset += part.count
      }
    }
  }

  /// Reads chunks and unpacks them here, where libhdf5 would let no other worker do so meanwhile.
  ///
  /// - Returns: false if it takes libhdf5: there are chunks that are too large, or not stored.
  /// - Throws: if there are damaged ones. libhdf5 would take what is in its buffer for the rest of a chunk
  ///   that is too short.
  private func read(
    _ range: Range<Int>, of tensor: StoredTensor, in grid: ChunkGrid, into bytes: inout MutableRawSpan
  ) throws(WeightFileError) -> Bool {
    guard let starts = grid.chunks(of: range) else { return false }
    let keys = starts.map { ChunkCache.Key(dataset: tensor.path, start: $0) }
    let unpacked = try chunks.chunks(keys, byteCount: grid.chunkByteCount) { keys throws(WeightFileError) in
      let (starts, limit) = (keys.map(\.start), grid.packedLimit)
      let packed = try open(tensor) { dataset throws(HDF5Error) in
        try dataset.rawChunks(at: starts, limit: limit)
      }
      return try packed.map { packed throws(WeightFileError) in
        try zip(starts, packed).map { start, chunk throws(WeightFileError) in
          guard let unpacked = grid.unpacked(chunk) else {
            throw WeightFileError(
              .malformed, in: view.name, attempt: "read the dataset `\(tensor.path)`",
              "its chunk at \(start) is damaged")
          }
          return unpacked
        }
      }
    }
    guard let unpacked else { return false }
    unsafe bytes.withUnsafeMutableBytes { buffer in
      for (start, chunk) in zip(starts, unpacked) {
        unsafe grid.copy(chunk, at: start, of: range, into: buffer)
      }
    }
    return true
  }

  /// How a dataset is read, which is found out once.
  ///
  /// Filters of libhdf5 that make as many bytes as a file says are refused: libhdf5 does not compare them
  /// with those that a chunk has.
  private func way(_ tensor: StoredTensor) throws(WeightFileError) -> Way {
    if let way = ways.withLock({ $0[tensor.path] }) { return way }
    let way = try open(tensor) { dataset throws(HDF5Error) -> Way in
      let storage = try dataset.storage()
      if case .chunked(_, let filters) = storage {
        for case .other(let identifier) in filters {
          guard let name = [4: "szip", 5: "n-bit", 6: "scale-offset"][identifier] else { continue }
          throw dataset.failure(
            "read the dataset",
            "its filter is \(name), whose chunks libhdf5 does not check; h5repack -f NONE removes it")
        }
      }
      #if _endian(little)
        if dataset.elementType.isLittleEndian,
          let grid = ChunkGrid(
            shape: tensor.spec.shape.dimensions, storage, bytesPerElement: tensor.spec.dtype.byteCount)
        {
          return .chunks(grid)
        }
      #endif
      return .libhdf5
    }
    ways.withLock { $0[tensor.path] = way }
    return way
  }

  private func open<Value: Sendable>(
    _ tensor: StoredTensor, _ body: (borrowing HDF5Dataset) throws(HDF5Error) -> Value
  ) throws(WeightFileError) -> Value {
    do throws(HDF5Error) {
      return try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(HDF5FileView(view), named: view.name) { root throws(HDF5Error) in
          let dataset = try root.openDataset(tensor.path)
          guard dataset.shape == tensor.spec.shape.dimensions,
            dataset.elementType.byteCount == tensor.spec.dtype.byteCount
          else { throw dataset.failure("read the dataset", "it is not what it was when it was listed") }
          return try body(dataset)
        }
      }
    } catch {
      throw WeightFileError(in: view.name, error)
    }
  }
}

extension HDF5ElementType {
  /// Whether elements lie in the file as a little-endian machine has them in memory.
  var isLittleEndian: Bool {
    switch self {
    case .float(_, .little), .integer(_, _, .little), .boolean, .opaque: true
    case .float, .integer, .string, .other: false
    }
  }
}
