/// Single-precision logarithm, sine and cosine as PyTorch's vectorized CPU code computes them.
///
/// The polynomials are those of the Cephes library; on processors with AVX2 PyTorch fuses their
/// multiplications and additions. All fused steps are written as such and round once, on machines without the
/// instruction too.
enum CephesMath {
  @inline(__always)
  private static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

  /// The lower 24 bits of a word as a number of [0, 1).
  @inline(__always)
  static func unit(_ word: UInt32) -> Float { Float(word & 0xFF_FFFF) * 0x1p-24 }

  /// Sine and cosine of 2π·`angle`, times the square root of −2 log `radius`.
  @inline(__always)
  static func boxMuller(_ radius: Float, _ angle: Float) -> (sine: Float, cosine: Float) {
    let length = (-2 * logarithm(radius)).squareRoot()
    let (sine, cosine) = sineAndCosine(6.283185307179586 * angle)
    return (length * sine, length * cosine)
  }

  /// The natural logarithm of a number in [0, 1].
  @inline(__always)
  static func logarithm(_ value: Float) -> Float {
    let bits = max(value, .leastNormalMagnitude).bitPattern
    var exponent = Float(Int32(bitPattern: bits >> 23) - 127) + 1
    let mantissa = Float(bitPattern: bits & 0x007F_FFFF | 0x3F00_0000)
    let isLow = mantissa < 0.707106781186547524
    let t = (mantissa - 1) + (isLow ? mantissa : 0)
    if isLow { exponent -= 1 }
    let square = t * t
    var y: Float = 7.0376836292e-2
    y = fused(y, t, -1.1514610310e-1)
    y = fused(y, t, 1.1676998740e-1)
    y = fused(y, t, -1.2420140846e-1)
    y = fused(y, t, 1.4249322787e-1)
    y = fused(y, t, -1.6668057665e-1)
    y = fused(y, t, 2.0000714765e-1)
    y = fused(y, t, -2.4999993993e-1)
    y = fused(y, t, 3.3333331174e-1)
    y *= t
    y = fused(y, square, exponent * -2.12194440e-4)
    y -= square * 0.5
    return fused(exponent, 0.693359375, t + y)
  }

  /// Sine and cosine of an angle that is not negative.
  @inline(__always)
  static func sineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
    let octant = (Int32(angle * 1.27323954473516) + 1) & ~1
    let quarters = Float(octant)
    var x = fused(quarters, -0.78515625, angle)
    x = fused(quarters, -2.4187564849853515625e-4, x)
    x = fused(quarters, -3.77489497744594108e-8, x)
    let z = x * x
    var c: Float = 2.443315711809948e-5
    c = fused(c, z, -1.388731625493765e-3)
    c = fused(c, z, 4.166664568298827e-2)
    c *= z
    c = fused(c, z, -(z * 0.5)) + 1
    var s: Float = -1.9515295891e-4
    s = fused(s, z, 8.3321608736e-3)
    s = fused(s, z, -1.6666654611e-1)
    s *= z
    s = fused(s, x, x)
    let isSwapped = octant & 2 != 0
    let sine = isSwapped ? c : s
    let cosine = isSwapped ? s : c
    return (octant & 4 != 0 ? -sine : sine, (octant &- 2) & 4 == 0 ? -cosine : cosine)
  }
}
