/// A chunk as it lies in the file.
public struct HDF5RawChunk: Sendable, Hashable {
  public let bytes: [UInt8]
  /// Bit i is set if the chunk did not go through filter i.
  public let skippedFilters: UInt32
}
