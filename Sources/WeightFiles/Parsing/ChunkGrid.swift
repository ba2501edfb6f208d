internal import HDF5
import Tensors

/// How a chunked dataset lies in its chunks: the geometry, and the filters that are undone here.
struct ChunkGrid: Sendable, Hashable {
  private let shape: [Int]
  private let chunkShape: [Int]
  /// In the order of writing.
  private let filters: [HDF5Filter]
  private let bytesPerElement: Int

  /// The most bytes that a chunk may have.
  static let byteLimit = 1 << 30
  /// The most chunks that a run of elements may be in.
  private static let countLimit = 1 << 22

  /// The grid is `nil` if the dataset is not chunked, or in chunks that only libhdf5 can unpack, or that
  /// nothing needs to be done to.
  ///
  /// - Parameters:
  ///   - shape: that of the dataset.
  ///   - storage: how it is arranged.
  ///   - bytesPerElement: the size of an element.
  init?(shape: [Int], _ storage: HDF5Storage, bytesPerElement: Int) {
    guard case .chunked(let chunkShape, let filters) = storage, !shape.isEmpty,
      chunkShape.count == shape.count, chunkShape.allSatisfy({ $0 > 0 }), shape.allSatisfy({ $0 > 0 })
    else { return nil }
    let canBeUndone = filters.allSatisfy { filter in
      switch filter {
      case .deflate, .shuffle, .fletcher32: true
      case .other: false
      }
    }
    guard canBeUndone, !filters.isEmpty, let byteCount = CheckedSize.product(chunkShape + [bytesPerElement])
    else { return nil }
    chunkByteCount = byteCount
    (self.shape, self.chunkShape, self.filters) = (shape, chunkShape, filters)
    self.bytesPerElement = bytesPerElement
  }

  /// How many bytes a chunk has when it is unpacked; those that stick out of the dataset have them too.
  let chunkByteCount: Int

  /// What no filter makes of a chunk: deflate adds a few bytes to what it cannot make smaller.
  var packedLimit: Int { 2 * min(chunkByteCount, Self.byteLimit) + 1024 }

  // MARK: - Geometry

  /// The first elements of the chunks that have any of a run of elements in row-major order, and perhaps of
  /// some others.
  ///
  /// - Returns: `nil` if they are too many to hold.
  func chunks(of range: Range<Int>) -> [[Int]]? {
    guard let last = range.last else { return [] }
    // Up to the first dimension in which the run's ends differ there is one chunk, from there to there some,
    // then all.
    let (from, to) = (coordinates(of: range.lowerBound), coordinates(of: last))
    let split = shape.indices.first { from[$0] != to[$0] } ?? shape.count
    let parts = shape.indices.map { dimension in
      let size = chunkShape[dimension]
      let (first, last) = dimension <= split ? (from[dimension], to[dimension]) : (0, shape[dimension] - 1)
      return Array(stride(from: first / size * size, through: last, by: size))
    }
    var count = 1
    for part in parts {
      let (product, overflow) = count.multipliedReportingOverflow(by: part.count)
      guard !overflow, product <= Self.countLimit else { return nil }
      count = product
    }
    return parts.reduce([[]]) { starts, part in starts.flatMap { start in part.map { start + [$0] } } }
  }

  private func coordinates(of element: Int) -> [Int] {
    var rest = element
    return shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }

  /// Copies what a chunk has of a run of elements.
  ///
  /// - Parameters:
  ///   - chunk: the unpacked chunk.
  ///   - start: its first element.
  ///   - range: the run.
  ///   - buffer: the bytes of the run.
  func copy(
    _ chunk: [UInt8], at start: [Int], of range: Range<Int>, into buffer: UnsafeMutableRawBufferPointer
  ) {
    var strides = shape
    var chunkStrides = shape
    var (stride, chunkStride) = (1, 1)
    for dimension in shape.indices.reversed() {
      (strides[dimension], chunkStrides[dimension]) = (stride, chunkStride)
      stride *= shape[dimension]
      chunkStride *= chunkShape[dimension]
    }
    let extents = shape.indices.map { min(chunkShape[$0], shape[$0] - start[$0]) }
    // Dimensions that the chunk has whole are one run together with the one before.
    var innermost = shape.count - 1
    while innermost > 0, chunkShape[innermost] == shape[innermost] { innermost -= 1 }
    func copy(_ dimension: Int, _ element: Int, _ place: Int) {
      let first = element + start[dimension] * strides[dimension]
      guard dimension < innermost else {
        let run = (first..<first + extents[dimension] * strides[dimension]).clamped(to: range)
        guard !run.isEmpty else { return }
        let source = (place + run.lowerBound - first) * bytesPerElement
        unsafe chunk.withUnsafeBytes { bytes in
          unsafe UnsafeMutableRawBufferPointer(
            rebasing: buffer[((run.lowerBound - range.lowerBound) * bytesPerElement)...]
          )
          .copyMemory(from: .init(rebasing: bytes[source..<source + run.count * bytesPerElement]))
        }
        return
      }
      for index in 0..<extents[dimension] {
        let next = first + index * strides[dimension]
        guard next < range.upperBound, next + strides[dimension] > range.lowerBound else { continue }
        copy(dimension + 1, next, place + index * chunkStrides[dimension])
      }
    }
    copy(0, 0, 0)
  }

  // MARK: - Filters

  /// Undoes the filters of a chunk.
  ///
  /// - Returns: its elements; `nil` if it is damaged.
  func unpacked(_ chunk: HDF5RawChunk) -> [UInt8]? {
    var bytes = chunk.bytes
    for (index, filter) in filters.enumerated().reversed()
    where chunk.skippedFilters >> UInt32(index) & 1 == 0 {
      switch filter {
      case .deflate:
        guard let inflated = Inflater.inflated(bytes, byteCount: chunkByteCount) else { return nil }
        bytes = inflated
      case .shuffle: bytes = unshuffled(bytes)
      case .fletcher32:
        guard let content = FletcherChecksum.content(of: bytes) else { return nil }
        bytes = content
      case .other: return nil
      }
    }
    return bytes.count == chunkByteCount ? bytes : nil
  }

  /// Puts the bytes of each element together again: the first bytes of all elements come first, then the
  /// second ones.
  private func unshuffled(_ bytes: [UInt8]) -> [UInt8] {
    let count = bytes.count / bytesPerElement
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { output, initialized in
      unsafe bytes.withUnsafeBufferPointer { input in
        for place in 0..<bytesPerElement {
          let part = unsafe UnsafeBufferPointer(rebasing: input[place * count..<(place + 1) * count])
          var next = place
          for index in part.indices {
            unsafe output[next] = part[index]
            next &+= bytesPerElement
          }
        }
        for index in count * bytesPerElement..<bytes.count { unsafe output[index] = input[index] }
      }
      initialized = bytes.count
    }
  }
}
