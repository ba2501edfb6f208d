package import Tensors

/// A tensor in a file.
package struct StoredTensor: Sendable, Hashable {
  /// Its absolute path in its HDF5 file.
  package let path: String
  package let spec: TensorSpec
  /// How its bytes lie in the file, in words: `contiguous`, `chunked, deflate 6`.
  package let storage: String
  /// How many bytes the file holds for it.
  package let storedByteCount: UInt64
  /// Which of the catalog's files holds it.
  let member: Int
  /// Where its bytes are, if they lie there as this machine has them in memory.
  let offset: UInt64?
  /// Its chunks, if they can be unpacked without libhdf5 to what this machine has in memory.
  let chunks: ChunkGrid?
}
