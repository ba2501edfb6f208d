/// Python's `random` module after `random.seed(N)`, which is where Keras takes default seeds from.
package struct PythonRandom: Sendable {
  private var generator: MersenneTwister

  /// - Parameter seed: as given to `random.seed`; CPython keys the generator with its 32-bit limbs.
  package init(seed: UInt64) {
    let (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    generator = MersenneTwister(words: high == 0 ? [low] : [low, high])
  }

  /// `random.randint(1, 10**9)`: the seed of a Keras initializer or `SeedGenerator` that was given none.
  package mutating func nextKerasSeed() -> Int64 {
    while true {
      let candidate = generator.next() >> 2
      if candidate < 1_000_000_000 { return Int64(candidate) + 1 }
    }
  }
}
