/// The Threefry-2×32 counter-based generator with twenty rounds: two words are a function
/// of their index.
///
/// Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
struct Threefry2x32: Sendable, Hashable {
  let key: SIMD2<UInt32>

  @inline(__always)
  func words(_ counter: UInt64) -> (UInt32, UInt32) {
    let keys = (key.x, key.y, key.x ^ key.y ^ 0x1BD1_1BDA)
    var a = UInt32(truncatingIfNeeded: counter >> 32) &+ keys.0
    var b = UInt32(truncatingIfNeeded: counter) &+ keys.1
    func round(_ rotation: UInt32) {
      a &+= b
      b = b << rotation | b >> (32 - rotation)
      b ^= a
    }
    func evenRounds() {
      round(13)
      round(15)
      round(26)
      round(6)
    }
    func oddRounds() {
      round(17)
      round(29)
      round(16)
      round(24)
    }
    evenRounds()
    a &+= keys.1
    b &+= keys.2 &+ 1
    oddRounds()
    a &+= keys.2
    b &+= keys.0 &+ 2
    evenRounds()
    a &+= keys.0
    b &+= keys.1 &+ 3
    oddRounds()
    a &+= keys.1
    b &+= keys.2 &+ 4
    evenRounds()
    return (a &+ keys.2, b &+ keys.0 &+ 5)
  }
}
