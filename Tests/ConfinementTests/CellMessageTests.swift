import Glibc
import Testing

@testable import Confinement

@Suite struct CellMessageTests {
  /// Two sockets that are connected, closed after `body`.
  private func withSockets(_ body: (Int32, Int32) throws -> Void) throws {
    var sides: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sides) == 0)
    defer { for side in sides { close(side) } }
    try body(sides[0], sides[1])
  }

  @Test func `a message arrives as it was sent`() throws {
    try withSockets { one, other in
      #expect(CellMessage.send([1, 2, 3], to: one))
      #expect(CellMessage.send([], to: one))
      let limits = CellMessage.Limits(byteCount: 3, silence: 60)
      #expect(CellMessage.receive(from: other, limits)?.bytes == [1, 2, 3])
      #expect(CellMessage.receive(from: other, limits)?.bytes == [])
    }
  }

  @Test func `a message that is longer than it may be is none`() throws {
    try withSockets { one, other in
      #expect(CellMessage.send([1, 2, 3, 4], to: one))
      #expect(CellMessage.receive(from: other, CellMessage.Limits(byteCount: 3)) == nil)
    }
  }

  @Test func `nobody waits longer than the limit for what does not come`() throws {
    try withSockets { one, other in
      #expect(CellMessage.receive(from: other, CellMessage.Limits(silence: 1)) == nil)
      // The number of bytes alone, and then nothing.
      let size: [UInt8] = [4, 0, 0, 0, 0, 0, 0, 0]
      #expect(size.withUnsafeBytes { write(one, $0.baseAddress, 8) } == 8)
      #expect(CellMessage.receive(from: other, CellMessage.Limits(silence: 1)) == nil)
    }
  }
}
