internal import CConfinement

/// Bytes that are sent whole over a socket: their number, then themselves.
enum CellMessage {
  /// No message is larger: the longest ones are texts out of a file, which are limited before.
  static let byteLimit = 1 << 31

  /// - Returns: false if the other side is gone.
  static func send(_ bytes: [UInt8], to socket: Int32, _ descriptors: [Int32] = []) -> Bool {
    var count = UInt64(bytes.count).littleEndian
    guard
      unsafe ccf_send(socket, &count, MemoryLayout<UInt64>.size, descriptors, Int32(descriptors.count)) == 0
    else { return false }
    return unsafe bytes.isEmpty || ccf_send(socket, bytes, bytes.count, nil, 0) == 0
  }

  /// - Parameters:
  ///   - socket: where it comes from.
  ///   - descriptorLimit: how many descriptors may come with it; others are closed.
  /// - Returns: the message and its descriptors; `nil` if the other side is gone or sends something else.
  static func receive(
    from socket: Int32, descriptorLimit: Int = 0
  ) -> (bytes: [UInt8], descriptors: [Int32])? {
    var count: UInt64 = 0
    var descriptors = [Int32](repeating: -1, count: descriptorLimit)
    var received: Int32 = 0
    guard
      unsafe ccf_receive(
        socket, &count, MemoryLayout<UInt64>.size, &descriptors, Int32(descriptorLimit), &received) == 0,
      let size = Int(exactly: UInt64(littleEndian: count)), size <= byteLimit
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard unsafe size == 0 || ccf_receive(socket, &bytes, size, nil, 0, nil) == 0 else { return nil }
    return (bytes, Array(descriptors.prefix(Int(received))))
  }
}
