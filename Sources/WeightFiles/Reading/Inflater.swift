internal import CZlib

/// Unpacks a deflated stream block by block.
final class Inflater {
  private var stream = z_stream()
  private let isReady: Bool
  private var isAtEnd = false

  private static let blockSize = 1 << 20

  init() { isReady = cz_inflate_init_raw(&stream) == Z_OK }

  deinit { if isReady { inflateEnd(&stream) } }

  /// Unpacks the next part of the stream.
  ///
  /// - Parameters:
  ///   - data: the part.
  ///   - consume: gets what comes out, block by block.
  /// - Returns: whether the data are sound so far.
  /// - Throws: what `consume` throws.
  func inflate<Failure: Error>(
    _ data: [UInt8], _ consume: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    guard isReady, !isAtEnd else { return false }
    var input = data
    let output = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 16)
    defer { output.deallocate() }
    return try input.withUnsafeMutableBufferPointer { input throws(Failure) in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      while true {
        stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(output.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return false }
        let count = output.count - Int(stream.avail_out)
        if count > 0 { try consume(UnsafeRawBufferPointer(rebasing: output[..<count])) }
        if status == Z_STREAM_END {
          isAtEnd = true
          return stream.avail_in == 0
        }
        // Nothing came out: more input is needed.
        if count < output.count { return true }
      }
    }
  }
}

extension Inflater {
  /// Unpacks what has the header of zlib.
  ///
  /// - Returns: the bytes; `nil` if they are damaged or not as many as they should be.
  static func inflated(_ data: [UInt8], byteCount: Int) -> [UInt8]? {
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      var count = uLongf(buffer.count)
      isWhole = uncompress(buffer.baseAddress, &count, data, uLong(data.count)) == Z_OK && count == byteCount
      initialized = isWhole ? byteCount : 0
    }
    return isWhole ? bytes : nil
  }
}
