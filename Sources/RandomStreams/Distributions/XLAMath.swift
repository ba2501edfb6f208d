/// The inverse error function as XLA compiles it for a CPU that fuses multiplications and additions.
///
/// Giles, "Approximating the erfinv function", GPU Computing Gems 2, 2010; the logarithm is Cephes's. All
/// fused steps are written as such and round once, on machines without the instruction too.
enum XLAMath {
  /// The erfinv of a number in (−1, 1).
  @inline(__always)
  static func inverseError(_ u: Float) -> Float {
    var w = -logarithm1p(u * -u)
    var p: Float
    if w < 5 {
      w -= 2.5
      p = 2.8102264e-08
      p = fused(p, w, 3.4327394e-07)
      p = fused(p, w, -3.5233877e-06)
      p = fused(p, w, -4.3915065e-06)
      p = fused(p, w, 2.1858087e-04)
      p = fused(p, w, -0.001253725)
      p = fused(p, w, -0.0041776816)
      p = fused(p, w, 0.24664073)
      p = fused(p, w, 1.5014094)
    } else {
      w = w.squareRoot() - 3
      p = -2.0021426e-04
      p = fused(p, w, 1.0095056e-04)
      p = fused(p, w, 0.0013493432)
      p = fused(p, w, -0.0036734284)
      p = fused(p, w, 0.0057395077)
      p = fused(p, w, -0.0076224613)
      p = fused(p, w, 0.0094388705)
      p = fused(p, w, 1.001674)
      p = fused(p, w, 2.8329768)
    }
    return p * u
  }

  /// a·b + c, rounded once.
  @inline(__always)
  static func fused(_ a: Float, _ b: Float, _ c: Float) -> Float { c.addingProduct(a, b) }

  /// log(1 + x) for x in (−1, 0].
  @inline(__always)
  static func logarithm1p(_ x: Float) -> Float {
    guard abs(x) < Float(bitPattern: 0x3ED4_13CD) else { return logarithm(x + 1) }
    var d = x + 15.062909
    d = fused(d, x, 83.04757)
    d = fused(d, x, 221.7624)
    d = fused(d, x, 309.09872)
    d = fused(d, x, 216.42789)
    d = fused(d, x, 60.11866)
    var n: Float = 4.527e-05
    n = fused(n, x, 0.49854103)
    n = fused(n, x, 6.5787325)
    n = fused(n, x, 29.911919)
    n = fused(n, x, 60.94967)
    n = fused(n, x, 57.112965)
    n = fused(n, x, 20.039553)
    let square = x * x
    return x + fused(square, -0.5, (x * square) * (n / d))
  }

  /// The natural logarithm of a number in (0, 1].
  @inline(__always)
  static func logarithm(_ x: Float) -> Float {
    let bits = max(x, .leastNormalMagnitude).bitPattern
    var exponent = Float(Int32(bitPattern: bits >> 23) - 127) + 1
    let mantissa = Float(bitPattern: bits & 0x007F_FFFF | 0x3F00_0000)
    let isLow = mantissa < Float(bitPattern: 0x3F35_04F3)
    let t = (mantissa - 1) + (isLow ? mantissa : 0)
    if isLow { exponent -= 1 }
    let t2 = t * t
    let t3 = t2 * t
    var y0 = fused(t, 0.070376836, -0.1151461)
    y0 = fused(y0, t, 0.116769984)
    var y1 = fused(t, -0.12420141, 0.14249323)
    y1 = fused(y1, t, -0.16668057)
    var y2 = fused(t, 0.20000714, -0.24999994)
    y2 = fused(y2, t, 0.3333333)
    var y = fused(y0, t3, y1)
    y = fused(y, t3, y2)
    y = fused(y, t3, exponent * -2.1219444e-04)
    return fused(exponent, 0.6933594, (t - t2 * 0.5) + y)
  }
}
