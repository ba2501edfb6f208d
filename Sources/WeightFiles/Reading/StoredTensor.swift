package import Tensors
import Text

/// A tensor in a file.
package struct StoredTensor: Sendable, Hashable {
  /// Its absolute path in its HDF5 file.
  package let path: String
  package let spec: TensorSpec
  /// How its bytes lie in the file, in words: `contiguous`, `chunked, deflate 6`.
  package let storage: String
  /// How many bytes the file holds for it.
  package let storedByteCount: UInt64
  /// Whether its values are in other files or datasets, where they are not read.
  package let isExternal: Bool
  /// Which of the catalog's files holds it.
  let member: Int
  /// Where its bytes are, if they lie there as this machine has them in memory.
  let offset: Int64?

  /// Why its values are not read; `nil` if they are.
  ///
  /// Of what claims to have many bytes, as many must be stored as it takes, compressed at best.
  package var refusal: String? {
    if isExternal { return "its values are not in the file" }
    guard spec.byteCount > ReadingLimits.freeByteCount, !isBacked else { return nil }
    return
      "it claims \(NumberText.bytes(spec.byteCount)), of which "
      + "\(NumberText.count(Int(clamping: storedByteCount))) bytes are stored: no weights compress that well"
  }

  /// Whether as much is stored as its values take, compressed at best.
  var isBacked: Bool { ReadingLimits.isBacked(byteCount: spec.byteCount, by: storedByteCount) }
}
