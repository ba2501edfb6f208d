internal import CConfinement

/// Bytes that are sent whole over a socket: their number, then themselves.
enum CellMessage {
  /// How long a message may be, and how long it may take to come.
  struct Limits: Sendable {
    /// The longest messages are texts out of a file, which are limited before.
    var byteCount = 1 << 31
    /// The seconds in which nothing comes; `nil` for any.
    var silence: Int?
  }

  /// - Returns: false if the other side is gone.
  static func send(_ bytes: [UInt8], to socket: Int32, _ descriptors: [Int32] = []) -> Bool {
    let count = UInt64(bytes.count).littleEndian
    return unsafe withUnsafeBytes(of: count) { count in
      unsafe ccf_send(
        socket, count.baseAddress, count.count, bytes, bytes.count, descriptors, Int32(descriptors.count))
    } == 0
  }

  /// - Parameters:
  ///   - socket: where it comes from.
  ///   - descriptorLimit: how many descriptors may come with it; others are closed.
  ///   - limits: what is more than that is no message.
  /// - Returns: the message and its descriptors; `nil` if the other side is gone, silent, or sends something
  ///   else.
  static func receive(
    from socket: Int32, descriptorLimit: Int = 0, _ limits: Limits = Limits()
  ) -> (bytes: [UInt8], descriptors: [Int32])? {
    var count: UInt64 = 0
    var descriptors = [Int32](repeating: -1, count: descriptorLimit)
    var received: Int32 = 0
    let seconds = Int32(clamping: limits.silence ?? 0)
    guard
      unsafe ccf_receive(
        socket, &count, MemoryLayout<UInt64>.size, &descriptors, Int32(descriptorLimit), &received, seconds)
        == 0,
      let size = Int(exactly: UInt64(littleEndian: count)), size <= limits.byteCount
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard unsafe size == 0 || ccf_receive(socket, &bytes, size, nil, 0, nil, seconds) == 0 else { return nil }
    return (bytes, Array(descriptors.prefix(Int(received))))
  }
}
