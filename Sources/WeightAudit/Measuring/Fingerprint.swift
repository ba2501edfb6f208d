/// A 128-bit fingerprint of a sequence of words. It tells accidental copies, not forged ones.
package struct Fingerprint: Sendable, Hashable {
  private(set) var high: UInt64 = 0x243F_6A88_85A3_08D3
  private(set) var low: UInt64 = 0x1319_8A2E_0370_7344

  init() {}

  mutating func add(_ word: UInt64) {
    high = (high ^ word) &* 0xBF58_476D_1CE4_E5B9
    high ^= high >> 29
    low = (low &+ word &+ (low << 19 | low >> 45)) &* 0x94D0_49BB_1331_11EB
    low ^= low >> 31
  }

  mutating func add(_ other: Fingerprint) {
    add(other.high)
    add(other.low)
  }
}

extension Fingerprint {
  /// Of a block of values. Zeros at its end make no difference.
  ///
  /// Two hashes of each chunk of words go in, which can be had without waiting for the word before: sums of
  /// products of words that random keys were added to. Black, Halevi, Krawczyk, Krovetz & Rogaway, "UMAC",
  /// 1999, section 4 (NH).
  init<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    self.init()
    let words = UnsafeRawBufferPointer(values)
    var start = 0
    while start < words.count {
      let part = unsafe UnsafeRawBufferPointer(
        rebasing: words[start..<min(words.count, start + 4 * Self.chunkSize)])
      if part.count == 4 * Self.chunkSize {
        unsafe part.withMemoryRebound(to: UInt32.self) { unsafe addChunk($0) }
      } else {
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.chunkSize) { chunk in
          unsafe chunk.initialize(repeating: 0)
          unsafe UnsafeMutableRawBufferPointer(chunk).copyMemory(from: part)
          unsafe addChunk(UnsafeBufferPointer(chunk))
        }
      }
      start += part.count
    }
  }

  private static let chunkSize = 256

  /// Random numbers for each word of a chunk, first for one hash and then for the other.
  private static let keys = (0..<UInt64(2 * chunkSize)).map { UInt32(truncatingIfNeeded: Scramble.mix($0)) }

  private mutating func addChunk(_ words: UnsafeBufferPointer<UInt32>) {
    let half = Self.chunkSize / 2
    let (left, right) = unsafe (words[..<half], words[half...])
    unsafe Self.keys.withUnsafeBufferPointer { keys in
      for first in stride(from: 0, to: keys.count, by: Self.chunkSize) {
        unsafe add(
          Self.hash(
            .init(rebasing: left), .init(rebasing: right), .init(rebasing: keys[first..<first + half]),
            .init(rebasing: keys[first + half..<first + 2 * half])))
      }
    }
  }

  /// Σ (left + key) · (right + other key), of 32 bits each.
  @inline(__always)
  private static func hash(
    _ left: UnsafeBufferPointer<UInt32>, _ right: UnsafeBufferPointer<UInt32>,
    _ keys: UnsafeBufferPointer<UInt32>, _ otherKeys: UnsafeBufferPointer<UInt32>
  ) -> UInt64 {
    var sum: UInt64 = 0
    for index in left.indices {
      unsafe sum &+= UInt64(left[index] &+ keys[index]) &* UInt64(right[index] &+ otherKeys[index])
    }
    return sum
  }
}
