internal import HDF5
internal import SystemPackage
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

/// A tensor that lies in a file.
private struct StoredFiller: BlockFiller {
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
    var place = 0
    for box in HDF5Selection.boxes(of: range, in: tensor.spec.shape.dimensions) {
      let part = try read(box)
      guard place + part.count <= bytes.byteCount else {
        throw failure("`\(tensor.path)` changed while it was read")
      }
      bytes.withUnsafeMutableBytes { buffer in
        UnsafeMutableRawBufferPointer(rebasing: buffer[place...]).copyBytes(from: part)
      }
      place += part.count
    }
  }

  private func failure(_ reason: String) -> SourceFailure { SourceFailure(source: file.name, reason: reason) }

  private func read(at offset: UInt64, _ start: Int, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    var error: WeightFileError?
    bytes.withUnsafeMutableBytes { buffer in
      do throws(WeightFileError) {
        try file.read(into: buffer, at: Int64(clamping: offset) + Int64(start))
      } catch let caught { error = caught }
    }
    if let error { throw failure(error.reason) }
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
      throw failure(error.description)
    }
  }

  private func read(_ box: HDF5Selection?) throws(SourceFailure) -> [UInt8] {
    let (path, dataset) = (file.path, tensor.path)
    do throws(HDF5Error) {
      return try HDF5Session.run { session throws(HDF5Error) in
        try session.openFile(at: path).root().openDataset(dataset).readBytes(box)
      }
    } catch {
      throw failure(error.description)
    }
  }
}

extension HDF5Selection {
  /// The boxes that together are a run of elements in row-major order, in their order; a scalar is one box of everything.
  static func boxes(of range: Range<Int>, in shape: [Int]) -> [HDF5Selection?] {
    guard let rows = shape.first, !range.isEmpty, rows > 0 else { return range.isEmpty ? [] : [nil] }
    let inner = Array(shape.dropFirst())
    let size = inner.reduce(1, *)
    guard size > 1 else {
      return [HDF5Selection(start: [range.lowerBound] + inner.map { _ in 0 }, count: [range.count] + inner)]
    }
    func inRow(_ row: Int, _ part: Range<Int>) -> [HDF5Selection?] {
      boxes(of: part, in: inner).map { box in
        HDF5Selection(start: [row] + (box?.start ?? []), count: [1] + (box?.count ?? []))
      }
    }
    let (first, head) = range.lowerBound.quotientAndRemainder(dividingBy: size)
    let (last, tail) = range.upperBound.quotientAndRemainder(dividingBy: size)
    if first == last { return inRow(first, head..<tail) }
    var result: [HDF5Selection?] = head == 0 ? [] : inRow(first, head..<size)
    let whole = (head == 0 ? first : first + 1)..<last
    if !whole.isEmpty {
      result.append(
        HDF5Selection(start: [whole.lowerBound] + inner.map { _ in 0 }, count: [whole.count] + inner))
    }
    return tail == 0 ? result : result + inRow(last, 0..<tail)
  }
}

extension Array {
  /// The elements, or `nil` if one of them is.
  fileprivate func allOrNone<Wrapped>() -> [Wrapped]? where Element == Wrapped? {
    let present = compactMap(\.self)
    return present.count == count ? present : nil
  }
}
