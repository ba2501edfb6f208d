import Failures
internal import HDF5
import Synchronization
import Tensors

/// The values of an HDF5 file that cannot be read as they lie there.
final class HDF5Values: Sendable {
  private let view: FileView
  /// What was unpacked of it.
  private let chunks: ChunkCache
  /// How each dataset is read.
  private let ways = Mutex<[String: Way]>([:])

  private enum Way {
    /// Its chunks are unpacked here, if they are all stored; their elements may lie the other way round than
    /// this machine has them.
    case chunks(ChunkGrid, isSwapped: Bool)
    /// One run of bytes that is in other files, part by part.
    case segments([HDF5Storage.Segment], isSwapped: Bool)
    case libhdf5
  }

  init(_ view: FileView, _ limits: ReadingLimits) {
    self.view = view
    chunks = ChunkCache(memory: limits.memory)
  }

  /// Writes elements of a tensor, in the byte order of the machine.
  func fill(
    _ bytes: inout MutableRawSpan, _ tensor: StoredTensor, _ range: Range<Int>
  ) throws(WeightFileError) {
    guard range.lowerBound >= 0, range.upperBound <= tensor.spec.elementCount,
      bytes.byteCount == range.count * tensor.spec.dtype.byteCount
    else {
      throw WeightFileError(.malformed, in: view.name, "`\(tensor.path)` has no elements \(range)")
    }
    if let refusal = tensor.refusal { throw damage(tensor, refusal) }
    switch try way(tensor) {
    case .chunks(let grid, let isSwapped):
      guard try read(range, of: tensor, in: grid, into: &bytes) else {
        return try readBoxes(range, of: tensor, into: &bytes)
      }
      if isSwapped { Self.swap(&bytes, tensor.spec.dtype.byteCount) }
    case .segments(let segments, let isSwapped):
      try read(range, of: tensor, in: segments, into: &bytes)
      if isSwapped { Self.swap(&bytes, tensor.spec.dtype.byteCount) }
    case .libhdf5: try readBoxes(range, of: tensor, into: &bytes)
    }
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

  /// Reads bytes of other files; libhdf5 would open them by their names.
  private func read(
    _ range: Range<Int>, of tensor: StoredTensor, in segments: [HDF5Storage.Segment],
    into bytes: inout MutableRawSpan
  ) throws(WeightFileError) {
    let width = tensor.spec.dtype.byteCount
    guard let start = CheckedSize(range.lowerBound).times(width).value,
      let end = CheckedSize(range.upperBound).times(width).value
    else { throw damage(tensor, "it is too large") }
    try unsafe bytes.withUnsafeMutableBytes { buffer throws(WeightFileError) in
      // Where the segment begins in the dataset.
      var place = 0
      for segment in segments {
        let next = CheckedSize(place).plus(Int(clamping: segment.size)).value ?? .max
        let part = (place..<next).clamped(to: start..<end)
        if !part.isEmpty {
          let skipped = CheckedSize.difference(part.lowerBound, place)
          guard let offset = CheckedSize(Int(clamping: segment.offset)).plus(skipped).value,
            let first = CheckedSize.difference(part.lowerBound, start),
            let file = view.lent.first(where: { $0.name == segment.file })
          else { throw damage(tensor, "its part in `\(segment.file)` cannot be read") }
          try unsafe file.view.read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[first...].prefix(part.count)),
            at: Int64(offset))
        }
        place = next
      }
      guard place >= end else { throw damage(tensor, "its parts in other files are too short") }
    }
  }

  /// Reads chunks and unpacks them here, where libhdf5 would let no other worker do so meanwhile.
  ///
  /// - Returns: false if it takes libhdf5: there are chunks that are not stored. Those that are have been
  ///   checked then.
  /// - Throws: if there are damaged ones. libhdf5 would take what is in its buffer for the rest of a chunk
  ///   that is too short.
  private func read(
    _ range: Range<Int>, of tensor: StoredTensor, in grid: ChunkGrid, into bytes: inout MutableRawSpan
  ) throws(WeightFileError) -> Bool {
    guard let starts = grid.chunks(of: range) else {
      throw damage(tensor, "its chunks are too small: a few elements are in more than can be held")
    }
    let batch = max(1, Self.batchByteCount / grid.chunkByteCount)
    var isWhole = true
    for first in stride(from: 0, to: starts.count, by: batch) {
      let starts = Array(starts[first...].prefix(batch))
      guard let unpacked = try unpacked(starts, of: tensor, in: grid) else { return false }
      unsafe bytes.withUnsafeMutableBytes { buffer in
        for (start, chunk) in zip(starts, unpacked) {
          guard !chunk.isEmpty else {
            isWhole = false
            continue
          }
          unsafe grid.copy(chunk, at: start, of: range, into: buffer)
        }
      }
    }
    return isWhole
  }

  /// How many bytes are unpacked at a time, or one chunk.
  private static let batchByteCount = 1 << 26

  /// - Returns: the chunks, empty where nothing is stored; `nil` if libhdf5 hands out none.
  private func unpacked(
    _ starts: [[Int]], of tensor: StoredTensor, in grid: ChunkGrid
  ) throws(WeightFileError) -> [[UInt8]]? {
    let keys = starts.map { ChunkCache.Key(dataset: tensor.path, start: $0) }
    return try chunks.chunks(keys, byteCount: grid.chunkByteCount) { keys throws(WeightFileError) in
      let (starts, limit) = (keys.map(\.start), grid.packedLimit)
      let packed = try open(tensor) { dataset throws(HDF5Error) in
        try dataset.rawChunks(at: starts, limit: limit)
      }
      return try packed.map { packed throws(WeightFileError) in
        try zip(starts, packed).map { start, chunk throws(WeightFileError) in
          guard let chunk else { return [] }
          guard let unpacked = grid.unpacked(chunk) else {
            throw damage(tensor, "its chunk at \(start) is damaged")
          }
          return unpacked
        }
      }
    }
  }

  private func damage(_ tensor: StoredTensor, _ reason: String) -> WeightFileError {
    WeightFileError(.malformed, in: view.name, attempt: "read the dataset `\(tensor.path)`", reason)
  }

  /// Turns the bytes of each element round.
  private static func swap(_ bytes: inout MutableRawSpan, _ width: Int) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      for start in stride(from: 0, to: buffer.count, by: width) {
        unsafe buffer[start..<start + width].reverse()
      }
    }
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
        if case .external(let segments) = storage, let isSwapped = dataset.elementType.isSwapped {
          return .segments(segments, isSwapped: isSwapped)
        }
        if let isSwapped = dataset.elementType.isSwapped,
          let grid = ChunkGrid(
            shape: tensor.spec.shape.dimensions, storage, bytesPerElement: tensor.spec.dtype.byteCount)
        {
          guard grid.chunkByteCount <= ChunkGrid.byteLimit else {
            throw dataset.failure(
              "read the dataset", "its chunks are larger than 1 GiB; h5repack makes smaller ones")
          }
          return .chunks(grid, isSwapped: isSwapped)
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
  /// Whether elements lie in the file the other way round than a little-endian machine has them in memory;
  /// `nil` for what is no number.
  fileprivate var isSwapped: Bool? {
    switch self {
    case .float(_, .big), .integer(_, _, .big): true
    case .float, .integer, .boolean, .opaque: false
    case .string, .other: nil
    }
  }

  /// Whether elements lie in the file as a little-endian machine has them in memory.
  var isLittleEndian: Bool {
    switch self {
    case .float(_, .little), .integer(_, _, .little), .boolean, .opaque: true
    case .float, .integer, .string, .other: false
    }
  }
}
