import Synchronization

/// The unpacked chunks of a file that were used last, for all workers.
///
/// Workers that need the same chunks share them out: each takes those that no other works on. Only the last
/// one may be unpacked twice, as nobody waits.
final class ChunkCache: Sendable {
  /// A chunk by its dataset and its first element.
  struct Key: Sendable, Hashable {
    let dataset: String
    let start: [Int]
  }

  fileprivate struct State {
    var chunks: [Key: (bytes: [UInt8], lastUse: Int)] = [:]
    var inWork: Set<Key> = []
    var byteCount = 0
    var time = 0
  }

  /// How many bytes are kept.
  private let byteLimit: Int
  /// How many bytes a worker takes on at a time.
  private static let shareSize = 1 << 18

  private let state = Mutex(State())

  /// - Parameter memory: how much whoever reads may use, in bytes: a part of it is for chunks.
  init(memory: Int) { byteLimit = min(1 << 28, memory / 8) }

  /// - Parameters:
  ///   - keys: the chunks that are wanted.
  ///   - byteCount: the size of each.
  ///   - unpack: gets some of them; `nil` if there are none.
  /// - Returns: all of them, in their order; `nil` if some cannot be had.
  /// - Throws: what `unpack` throws.
  func chunks<Failure: Error>(
    _ keys: [Key], byteCount: Int, _ unpack: ([Key]) throws(Failure) -> [[UInt8]]?
  ) throws(Failure) -> [[UInt8]]? {
    var found: [Key: [UInt8]] = [:]
    let share = max(1, Self.shareSize / max(1, byteCount))
    while found.count < keys.count {
      let taken = state.withLock { state in
        let missing = keys.filter { key in
          guard found[key] == nil, let bytes = state.chunks[key]?.bytes else { return found[key] == nil }
          found[key] = bytes
          state.time += 1
          state.chunks[key]?.lastUse = state.time
          return false
        }
        let free = missing.filter { !state.inWork.contains($0) }
        let taken = Array((free.isEmpty ? missing : free).prefix(share))
        state.inWork.formUnion(taken)
        return taken
      }
      guard !taken.isEmpty else { break }
      defer { state.withLock { $0.inWork.subtract(taken) } }
      guard let chunks = try unpack(taken) else { return nil }
      state.withLock { state in
        for (key, bytes) in zip(taken, chunks) {
          found[key] = bytes
          state.keep(bytes, key, limit: byteLimit)
        }
      }
    }
    return keys.compactMap { found[$0] }
  }
}

extension ChunkCache.State {
  fileprivate mutating func keep(_ bytes: [UInt8], _ key: ChunkCache.Key, limit: Int) {
    time += 1
    byteCount += bytes.count - (chunks[key]?.bytes.count ?? 0)
    chunks[key] = (bytes, time)
    guard byteCount > limit else { return }
    // Half of them, so that it is seldom done; the newest one stays, however large it is.
    let oldest = chunks.sorted { $0.value.lastUse < $1.value.lastUse }.dropLast()
    for (key, chunk) in oldest where byteCount > limit / 2 {
      byteCount -= chunk.bytes.count
      chunks[key] = nil
    }
  }
}
