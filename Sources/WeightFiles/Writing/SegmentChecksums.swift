internal import CZlib
import Synchronization

/// The CRC-32 of a file, put together from those of its parts in whatever order they are written.
final class SegmentChecksums: Sendable {
  private struct Segment {
    let offset: Int64
    let byteCount: Int64
    let checksum: UInt
  }

  private let segments = Mutex<[Segment]>([])

  func add(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
    let segment = unsafe Segment(
      offset: offset, byteCount: Int64(bytes.count), checksum: Self.checksum(of: bytes))
    segments.withLock { $0.append(segment) }
  }

  static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt {
    var checksum = crc32(0, nil, 0)
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let part = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      checksum = unsafe crc32(checksum, part.bindMemory(to: UInt8.self).baseAddress, UInt32(part.count))
      unsafe rest = rest.dropFirst(part.count)
    }
    return UInt(checksum)
  }

  /// The checksum of a range of the file.
  ///
  /// - Parameters:
  ///   - range: must begin and end where segments do not.
  ///   - read: reads what no segment covers.
  /// - Returns: the CRC-32.
  /// - Throws: what `read` throws.
  func checksum<Failure: Error>(
    of range: Range<Int64>, reading read: (Int, Int64) throws(Failure) -> [UInt8]
  ) throws(Failure) -> UInt32 {
    let sorted = segments.withLock { $0.sorted { $0.offset < $1.offset } }
    var checksum: UInt = 0
    var offset = range.lowerBound
    func append(_ other: UInt, _ byteCount: Int64) {
      checksum = UInt(crc32_combine(checksum, other, Int(byteCount)))
      offset += byteCount
    }
    func appendGap(until end: Int64) throws(Failure) {
      while offset < end {
        let bytes = try read(Int(min(1 << 20, end - offset)), offset)
        unsafe append(bytes.withUnsafeBytes { unsafe Self.checksum(of: $0) }, Int64(bytes.count))
      }
    }
    for segment in sorted where segment.offset >= range.lowerBound && segment.byteCount > 0 {
      try appendGap(until: segment.offset)
      append(segment.checksum, segment.byteCount)
    }
    try appendGap(until: range.upperBound)
    return UInt32(truncatingIfNeeded: checksum)
  }
}
