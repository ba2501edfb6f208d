import Synchronization

/// The number of bytes that all workers together have written.
final class ByteCounter: Sendable {
  private let count = Mutex(0)

  func add(_ byteCount: Int) -> Int {
    count.withLock { count in
      count += byteCount
      return count
    }
  }
}
