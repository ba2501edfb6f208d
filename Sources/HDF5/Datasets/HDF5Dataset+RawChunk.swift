internal import CHDF5

extension HDF5Dataset {
  /// Reads a chunk past all filters, so that whoever reads it can undo them without the lock of libhdf5.
  ///
  /// - Parameters:
  ///   - start: its first element.
  ///   - limit: how many bytes it may have: what a damaged file says may be beyond all measure.
  /// - Returns: the chunk; `nil` if nothing is stored of it, or more bytes than that.
  /// - Throws: if the dataset has no chunk there, or it cannot be read.
  public func rawChunk(at start: [Int], limit: Int) throws(HDF5Error) -> HDF5RawChunk? {
    guard start.count == shape?.count, start.allSatisfy({ $0 >= 0 }) else {
      throw location.error(.invalidArgument, .reading("read a chunk of"), "there is no chunk at \(start)")
    }
    let place = start.map { hsize_t($0) }
    var size: hsize_t = 0
    // Some versions of libhdf5 fail where nothing is stored, others say that it has no bytes.
    let status = try? location.check(
      .reading("read a chunk of"), H5Dget_chunk_storage_size(handle.id, place, &size))
    guard status != nil, size > 0, let count = Int(exactly: size), count <= limit else { return nil }
    var skipped: UInt32 = 0
    var bytes = [UInt8](repeating: 0, count: count)
    try location.check(.reading("read a chunk of"), ch5_read_chunk(handle.id, place, &skipped, &bytes))
    return HDF5RawChunk(bytes: bytes, skippedFilters: skipped)
  }
}
