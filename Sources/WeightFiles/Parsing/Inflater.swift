internal import CZlib

/// A deflated stream that is unpacked part by part.
///
/// zlib's state points to a buffer only while `inflate` runs.
@safe final class Inflater {
  private var stream = unsafe z_stream()
  private let isReady: Bool
  private(set) var isAtEnd = false

  init() { isReady = unsafe cz_inflate_init_raw(&stream) == Z_OK }

  deinit { if isReady { unsafe inflateEnd(&stream) } }

  /// Unpacks as much as there is room for.
  ///
  /// - Parameters:
  ///   - input: packed bytes; those that are used are removed.
  ///   - output: where the unpacked bytes are written.
  /// - Returns: how many were written; `nil` if the stream is damaged.
  func inflate(_ input: inout ArraySlice<UInt8>, into output: UnsafeMutableRawBufferPointer) -> Int? {
    guard isReady, !isAtEnd else { return nil }
    var left = 0
    var status = Z_OK
    // zlib reads from here and does not write.
    unsafe input.withUnsafeBufferPointer { bytes in
      unsafe stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      unsafe stream.avail_in = UInt32(clamping: bytes.count)
      unsafe stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
      unsafe stream.avail_out = UInt32(clamping: output.count)
      status = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
      left = unsafe Int(stream.avail_in)
      unsafe stream.next_in = nil
    }
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
    isAtEnd = status == Z_STREAM_END
    input = input.suffix(left)
    return unsafe output.count - Int(stream.avail_out)
  }

  /// Unpacks what has the header of zlib.
  ///
  /// - Returns: the bytes; `nil` if they are damaged or not as many as they should be.
  static func inflated(_ data: [UInt8], byteCount: Int) -> [UInt8]? {
    var isWhole = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      var count = uLongf(buffer.count)
      var used = uLong(data.count)
      isWhole =
        unsafe uncompress2(buffer.baseAddress, &count, data, &used) == Z_OK && count == byteCount
        && used == data.count
      initialized = isWhole ? byteCount : 0
    }
    return isWhole ? bytes : nil
  }
}
