import Failures
import Synchronization
import Tensors
package import WeightFiles

/// SHA-256 digests of stored tensors, by which values in different files are compared.
package enum TensorDigests {
  /// - Parameters:
  ///   - catalog: the file's.
  ///   - workers: the number of threads.
  /// - Returns: the digest of each tensor's elements, row-major and little-endian, in hexadecimal, by the
  ///   tensor's index.
  /// - Throws: why values cannot be read.
  package static func digests(
    of catalog: WeightCatalog, workers: Int
  ) async throws(ModelFileError) -> [Int: String] {
    let digests = Mutex<[Int: String]>([:])
    do throws(SourceFailure) {
      try await forEachIndex(below: catalog.tensors.count, workers: workers) { index throws(SourceFailure) in
        var hash = SHA256()
        try unsafe catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { bytes, _ in
          unsafe hash.update(bytes)
        }
        let digest = hash.hexDigest()
        digests.withLock { $0[index] = digest }
      }
    } catch {
      throw ModelFileError(error)
    }
    return digests.withLock { $0 }
  }
}
