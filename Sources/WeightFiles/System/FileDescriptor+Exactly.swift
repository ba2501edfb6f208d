internal import SystemPackage

extension FileDescriptor {
  /// Reads exactly `count` bytes at an offset; `nil` if the file ends before.
  func readExactly(_ count: Int, at offset: Int64) throws(Errno) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let isWhole = try unsafe bytes.withUnsafeMutableBufferPointer { buffer throws(Errno) in
      try unsafe readExactly(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    return isWhole ? bytes : nil
  }

  /// Fills a buffer with bytes at an offset; false if the file ends before.
  func readExactly(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Errno) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = try systemCall {
        try unsafe read(
          fromAbsoluteOffset: offset + Int64(done),
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      }
      if count == 0 { return false }
      done += count
    }
    return true
  }

  /// Writes all bytes at an offset.
  func writeExactly(_ bytes: [UInt8], at offset: Int64) throws(Errno) {
    try unsafe bytes.withUnsafeBufferPointer { buffer throws(Errno) in
      try unsafe writeExactly(UnsafeRawBufferPointer(buffer), at: offset)
    }
  }

  /// Writes all bytes at an offset.
  func writeExactly(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
    var done = 0
    while done < bytes.count {
      done += try systemCall {
        try unsafe self.write(
          toAbsoluteOffset: offset + Int64(done), UnsafeRawBufferPointer(rebasing: bytes[done...]))
      }
    }
  }
}

/// Runs calls of swift-system, which throw nothing but `Errno` but do not say so in their types.
func systemCall<Value>(_ body: () throws -> Value) throws(Errno) -> Value {
  do { return try body() } catch { throw error as? Errno ?? .ioError }
}
