import Failures
import Tensors

/// The values of a tensor in a file.
struct StoredFiller: BlockFiller {
  let file: StoredFile
  let tensor: StoredTensor

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    do throws(WeightFileError) {
      #if _endian(little)
        if let offset = tensor.offset {
          try read(at: offset + Int64(range.lowerBound * tensor.spec.dtype.byteCount), into: &bytes)
          return
        }
      #endif
      try file.fill(&bytes, tensor, range)
    } catch {
      throw SourceFailure(error, in: file.view.name)
    }
  }

  /// What lies there as it is needs nobody to take it apart.
  private func read(at offset: Int64, into bytes: inout MutableRawSpan) throws(WeightFileError) {
    let view = file.view
    try unsafe bytes.withUnsafeMutableBytes { buffer throws(WeightFileError) in
      try unsafe view.read(into: buffer, at: offset)
    }
  }
}
