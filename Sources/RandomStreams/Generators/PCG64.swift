/// The PCG64 generator (XSL-RR), seeded as `numpy.random.default_rng` seeds it.
///
/// O'Neill: "PCG: a family of simple fast space-efficient statistically good algorithms for random number generation",
/// 2014; the seeding is NumPy's `SeedSequence`, after O'Neill's `seed_seq`.
struct PCG64: Sendable {
  private static let multiplier = UInt128(0x2360_ED05_1FC6_5DA4) << 64 | 0x4385_DF64_9FCC_F645

  private var state: UInt128 = 0
  private let increment: UInt128

  /// - Parameter entropy: four words or fewer.
  init(entropy: [UInt32]) {
    let words = SeedSequence(entropy).words64(4)
    increment = (UInt128(words[2]) << 64 | UInt128(words[3])) << 1 | 1
    step()
    state &+= UInt128(words[0]) << 64 | UInt128(words[1])
    step()
  }

  @inline(__always)
  private mutating func step() { state = state &* Self.multiplier &+ increment }

  @inline(__always)
  mutating func next() -> UInt64 {
    step()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let rotation = UInt64(truncatingIfNeeded: state >> 122)
    return folded &>> rotation | folded &<< (0 &- rotation)
  }

  /// The next number of [0, 1), in steps of 2⁻⁵³.
  @inline(__always)
  mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Goes on as if `count` numbers had been drawn, in as many steps as `count` has bits. Brown, "Random number generation
  /// with arbitrary strides", 1994.
  mutating func advance(by count: UInt64) {
    var (factor, term): (UInt128, UInt128) = (1, 0)
    var (power, sum) = (Self.multiplier, increment)
    var remaining = count
    while remaining > 0 {
      if remaining & 1 == 1 {
        factor = factor &* power
        term = term &* power &+ sum
      }
      sum = (power &+ 1) &* sum
      power = power &* power
      remaining >>= 1
    }
    state = factor &* state &+ term
  }
}

/// Spreads a seed of some words over as many words as a generator needs.
private struct SeedSequence {
  private var pool: [UInt32]

  init(_ entropy: [UInt32]) {
    precondition(entropy.count <= 4)
    var constant: UInt32 = 0x43B0_D7E5
    func hashed(_ word: UInt32) -> UInt32 {
      var value = word ^ constant
      constant = constant &* 0x931E_8875
      value = value &* constant
      return value ^ value >> 16
    }
    func mixed(_ x: UInt32, _ y: UInt32) -> UInt32 {
      let value = 0xCA01_F9DD &* x &- 0x4973_F715 &* y
      return value ^ value >> 16
    }
    pool = (0..<4).map { hashed($0 < entropy.count ? entropy[$0] : 0) }
    for source in 0..<4 {
      for target in 0..<4 where target != source { pool[target] = mixed(pool[target], hashed(pool[source])) }
    }
  }

  func words64(_ count: Int) -> [UInt64] {
    var constant: UInt32 = 0x8B51_F9DD
    let words = (0..<2 * count).map { index -> UInt32 in
      var value = pool[index & 3] ^ constant
      constant = constant &* 0x58F3_8DED
      value = value &* constant
      return value ^ value >> 16
    }
    return (0..<count).map { UInt64(words[2 * $0 + 1]) << 32 | UInt64(words[2 * $0]) }
  }
}
