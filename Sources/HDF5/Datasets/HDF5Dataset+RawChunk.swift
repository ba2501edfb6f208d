internal import CHDF5

extension HDF5Dataset {
  /// Reads chunks past all filters, so that whoever reads them can undo the filters without the lock of
  /// libhdf5.
  ///
  /// - Parameters:
  ///   - starts: the first element of each.
  ///   - limit: how many bytes each may have: what a damaged file says may be beyond all measure.
  /// - Returns: the chunks, `nil` for one of which nothing is stored; `nil` for all if the dataset has no
  ///   filters: then libhdf5 (1.10.8) tells the size that a chunk should have, and reads as many bytes as
  ///   the index claims.
  /// - Throws: if the dataset has no chunk there, or it has more bytes, or cannot be read.
  public func rawChunks(at starts: [[Int]], limit: Int) throws(HDF5Error) -> [HDF5RawChunk?]? {
    guard case .chunked(_, let filters) = try storage(), !filters.isEmpty else { return nil }
    var chunks: [HDF5RawChunk?] = []
    for start in starts { chunks.append(try rawChunk(at: start, limit: limit)) }
    return chunks
  }

  private func rawChunk(at start: [Int], limit: Int) throws(HDF5Error) -> HDF5RawChunk? {
    guard start.count == shape?.count, start.allSatisfy({ $0 >= 0 }) else {
      throw location.error(.invalidArgument, .reading("read a chunk of"), "there is no chunk at \(start)")
    }
    let place = start.map { hsize_t($0) }
    var size: hsize_t = 0
    // Some versions of libhdf5 fail where nothing is stored, others say that it has no bytes. What cannot be
    // told here is told when libhdf5 reads the elements itself.
    guard unsafe H5Dget_chunk_storage_size(handle.id, place, &size) >= 0, size > 0 else { return nil }
    guard let count = Int(exactly: size), count <= limit else {
      throw location.error(
        .malformed, .reading("read a chunk of"), "\(size) bytes are stored of it; no filter makes so many")
    }
    var skipped: UInt32 = 0
    // Both calls look the size up in the same node of the index, which stays in libhdf5's cache between them.
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe location.check(.reading("read a chunk of"), ch5_read_chunk(handle.id, place, &skipped, &bytes))
    return HDF5RawChunk(bytes: bytes, skippedFilters: skipped)
  }
}
