import Synchronization
import Tensors
import WeightFiles

/// Hashes of stored tensors, by which values in different files are compared.
enum Hashing {
  /// The SHA-256 of each tensor's elements, row-major and little-endian, by the number of the tensor.
  static func hashes(_ catalog: WeightCatalog) async throws(CommandFailure) -> [String] {
    let hashes = Mutex([String](repeating: "", count: catalog.tensors.count))
    do throws(SourceFailure) {
      try await forEachIndex(
        below: catalog.tensors.count, workers: Terminal.processorCount
      ) { index throws(SourceFailure) in
        var hash = SHA256()
        try catalog.source(ofTensor: index).forEachBlock(of: catalog.tensors[index].spec) { bytes, _ in
          hash.update(bytes)
        }
        let digest = hash.hexDigest()
        hashes.withLock { $0[index] = digest }
      }
    } catch {
      throw CommandFailure("\(error.source): \(error.reason)", .unusable)
    }
    return hashes.withLock { $0 }
  }
}
