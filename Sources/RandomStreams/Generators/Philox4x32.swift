/// The Philox-4×32 counter-based generator with ten rounds: a block of four words is a function of its
/// number.
///
/// Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
struct Philox4x32: Sendable, Hashable {
  let key: SIMD2<UInt32>

  /// A block by the lower and the upper half of its index.
  @inline(__always)
  func block(_ lower: UInt64, _ upper: SIMD2<UInt32>) -> SIMD4<UInt32> {
    block(SIMD4(UInt32(truncatingIfNeeded: lower), UInt32(truncatingIfNeeded: lower >> 32), upper.x, upper.y))
  }

  @inline(__always)
  func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var (a, b, c, d) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let p = UInt64(0xD251_1F53) &* UInt64(a)
      let q = UInt64(0xCD9E_8D57) &* UInt64(c)
      (a, b, c, d) = (
        UInt32(truncatingIfNeeded: q >> 32) ^ b ^ k0, UInt32(truncatingIfNeeded: q),
        UInt32(truncatingIfNeeded: p >> 32) ^ d ^ k1, UInt32(truncatingIfNeeded: p)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(a, b, c, d)
  }
}
