/// Values out of the bytes that a `WireWriter` of another process made, or that claim it: nothing in them is
/// trusted.
package struct WireReader {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Trees are not deeper: readers of files have limits of their own, which are below.
  private static let depthLimit = 256

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { position == bytes.count }

  package mutating func readUnsigned() throws(WireError) -> UInt64 {
    guard bytes.count - position >= 8 else { throw WireError() }
    defer { position += 8 }
    return bytes[position..<position + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  package mutating func readInt() throws(WireError) -> Int {
    Int(Int64(bitPattern: try readUnsigned()))
  }

  /// A number that is not negative.
  package mutating func readSize() throws(WireError) -> Int {
    let value = try readInt()
    guard value >= 0 else { throw WireError() }
    return value
  }

  package mutating func readBool() throws(WireError) -> Bool {
    guard position < bytes.count else { throw WireError() }
    defer { position += 1 }
    return bytes[position] != 0
  }

  package mutating func readBytes() throws(WireError) -> [UInt8] {
    let count = try readSize()
    guard count <= bytes.count - position else { throw WireError() }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  package mutating func readString() throws(WireError) -> String {
    let count = try readSize()
    guard count <= bytes.count - position else { throw WireError() }
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  package mutating func readOptional<Value>(
    _ read: (inout WireReader) throws(WireError) -> Value
  ) throws(WireError) -> Value? {
    try readBool() ? try read(&self) : nil
  }

  package mutating func readArray<Value>(
    _ read: (inout WireReader) throws(WireError) -> Value
  ) throws(WireError) -> [Value] {
    let count = try readSize()
    // Each element has a byte at least.
    guard count <= bytes.count - position, depth < Self.depthLimit else { throw WireError() }
    depth += 1
    defer { depth -= 1 }
    var values: [Value] = []
    values.reserveCapacity(min(count, 1 << 16))
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }
}

/// Bytes that no `WireWriter` made.
package struct WireError: Error {
  package init() {}
}
