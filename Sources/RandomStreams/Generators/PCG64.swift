/// The PCG64 generator (XSL-RR), seeded as `numpy.random.default_rng` seeds it.
///
/// O'Neill: "PCG: a family of simple fast space-efficient statistically good algorithms for random number
/// generation", 2014; the seeding is NumPy's `SeedSequence`, after O'Neill's `seed_seq`.
struct PCG64: Sendable {
  private static let multiplier = UInt128(0x2360_ED05_1FC6_5DA4) << 64 | 0x4385_DF64_9FCC_F645

  fileprivate var state: UInt128 = 0
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
  fileprivate mutating func step() { state = state &* Self.multiplier &+ increment }

  @inline(__always)
  mutating func next() -> UInt64 {
    step()
    return Self.output(state)
  }

  @inline(__always)
  fileprivate static func output(_ state: UInt128) -> UInt64 {
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let rotation = UInt64(truncatingIfNeeded: state >> 122)
    return folded &>> rotation | folded &<< (0 &- rotation)
  }

  /// The next number of [0, 1), in steps of 2⁻⁵³.
  @inline(__always)
  mutating func nextUnit() -> Double { Self.unit(next()) }

  @inline(__always)
  fileprivate static func unit(_ word: UInt64) -> Double {
    Double(Int64(truncatingIfNeeded: word >> 11)) * 0x1p-53
  }

  /// Goes on as if `count` numbers had been drawn.
  mutating func advance(by count: UInt64) {
    let (factor, term) = leap(by: count)
    state = factor &* state &+ term
  }

  /// What `count` steps together multiply by and add, in as many steps as `count` has bits. Brown, "Random
  /// number generation with arbitrary strides", 1994.
  fileprivate func leap(by count: UInt64) -> (factor: UInt128, term: UInt128) {
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
    return (factor, term)
  }
}

/// Sixteen generators that take every sixteenth number each: one alone would wait for its multiplications.
struct PCG64Lanes {
  static let count = 16

  /// The halves of the states from which the next sixteen numbers are made.
  var high, low: [UInt64]
  /// The halves of what a leap by sixteen multiplies by and adds, the lower one first.
  let factor, term: (UInt64, UInt64)

  /// - Parameter generator: where the first number comes from.
  init(_ generator: PCG64) {
    var generator = generator
    let leap = generator.leap(by: UInt64(Self.count))
    let states = (0..<Self.count).map { _ in
      generator.step()
      return generator.state
    }
    high = states.map { UInt64(truncatingIfNeeded: $0 >> 64) }
    low = states.map { UInt64(truncatingIfNeeded: $0) }
    factor = (UInt64(truncatingIfNeeded: leap.factor), UInt64(truncatingIfNeeded: leap.factor >> 64))
    term = (UInt64(truncatingIfNeeded: leap.term), UInt64(truncatingIfNeeded: leap.term >> 64))
  }

  /// Calls `body` with the place and the value of the next numbers of [0, 1), as many as are asked for, a
  /// multiple of sixteen.
  @inline(__always)
  mutating func forEachUnit(_ count: Int, _ body: (Int, Double) -> Void) {
    let factor = UInt128(factor.1) << 64 | UInt128(factor.0)
    let term = UInt128(term.1) << 64 | UInt128(term.0)
    unsafe high.withUnsafeMutableBufferPointer { high in
      unsafe low.withUnsafeMutableBufferPointer { low in
        for first in stride(from: 0, to: count, by: Self.count) {
          for lane in 0..<Self.count {
            let state = unsafe UInt128(high[lane]) << 64 | UInt128(low[lane])
            body(first &+ lane, PCG64.unit(PCG64.output(state)))
            let next = state &* factor &+ term
            unsafe high[lane] = UInt64(truncatingIfNeeded: next >> 64)
            unsafe low[lane] = UInt64(truncatingIfNeeded: next)
          }
        }
      }
    }
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
