/// Fixed pseudo-random numbers: the same for every run and machine, so that probes never change a report.
enum Scramble {
  /// A bijection of 64-bit numbers whose output bits all depend on all input bits. Steele, Lea & Flood, OOPSLA 2014
  /// (SplitMix64).
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// A 128-bit fingerprint of a sequence of words. It tells accidental copies, not forged ones.
package struct Fingerprint: Sendable, Hashable {
  private(set) var high: UInt64 = 0x243F_6A88_85A3_08D3
  private(set) var low: UInt64 = 0x1319_8A2E_0370_7344

  /// Of a block of values, in four sequences that do not wait for each other.
  init<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    var (first, second, third, fourth) = (Fingerprint(), Fingerprint(), Fingerprint(), Fingerprint())
    var index = 0
    while index + 4 <= values.count {
      first.add(values[index].word)
      second.add(values[index + 1].word)
      third.add(values[index + 2].word)
      fourth.add(values[index + 3].word)
      index += 4
    }
    for value in values[index...] { first.add(value.word) }
    self = first
    add(second)
    add(third)
    add(fourth)
  }

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
