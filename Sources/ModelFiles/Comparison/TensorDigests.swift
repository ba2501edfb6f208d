import Failures
import Synchronization
import Tensors
package import WeightFiles

/// SHA-256 digests of stored tensors, by which values in different files are compared.
package enum TensorDigests {
  /// - Parameters:
  ///   - catalog: the file's.
  ///   - indices: the tensors that are wanted; `nil` means all.
  ///   - workers: the number of threads.
  /// - Returns: the digest of each tensor's elements, row-major and little-endian, in hexadecimal, by the
  ///   tensor's index.
  /// - Throws: why values cannot be read.
  package static func digests(
    of catalog: WeightCatalog, _ indices: [Int]? = nil, workers: Int
  ) async throws(ModelFileError) -> [Int: String] {
    let indices = indices ?? Array(catalog.tensors.indices)
    let digests = Mutex<[Int: String]>([:])
    do throws(SourceFailure) {
      try await forEachIndex(below: indices.count, workers: workers) { position throws(SourceFailure) in
        let index = indices[position]
        var hash = SHA256()
        try catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { bytes, _ in
          hash.update(bytes)
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
