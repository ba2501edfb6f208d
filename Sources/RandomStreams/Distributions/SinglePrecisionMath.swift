/// Single-precision logarithm, sine and cosine with the results of glibc since 2.28.
///
/// TensorFlow's normal draws go through the host's `logf` and `sincosf`, and a correctly rounded function
/// would differ from them in about one of a hundred inputs. The tables and coefficients are those of Arm's
/// optimized-routines (MIT license), which glibc uses too. All work is done in double precision, where fusing
/// a multiplication and an addition or not never changes the rounded result.
enum SinglePrecisionMath {
  /// 1/c and log c for sixteen points c that divide an octave.
  private static let logarithmTable: [SIMD2<Double>] = [
    SIMD2(0x1.661ec79f8f3bep+0, -0x1.57bf7808caadep-2), SIMD2(0x1.571ed4aaf883dp+0, -0x1.2bef0a7c06ddbp-2),
    SIMD2(0x1.49539f0f010bp+0, -0x1.01eae7f513a67p-2), SIMD2(0x1.3c995b0b80385p+0, -0x1.b31d8a68224e9p-3),
    SIMD2(0x1.30d190c8864a5p+0, -0x1.6574f0ac07758p-3), SIMD2(0x1.25e227b0b8eap+0, -0x1.1aa2bc79c81p-3),
    SIMD2(0x1.1bb4a4a1a343fp+0, -0x1.a4e76ce8c0e5ep-4), SIMD2(0x1.12358f08ae5bap+0, -0x1.1973c5a611cccp-4),
    SIMD2(0x1.0953f419900a7p+0, -0x1.252f438e10c1ep-5), SIMD2(0x1p+0, 0x0p+0),
    SIMD2(0x1.e608cfd9a47acp-1, 0x1.aa5aa5df25984p-5), SIMD2(0x1.ca4b31f026aap-1, 0x1.c5e53aa362eb4p-4),
    SIMD2(0x1.b2036576afce6p-1, 0x1.526e57720db08p-3), SIMD2(0x1.9c2d163a1aa2dp-1, 0x1.bc2860d22477p-3),
    SIMD2(0x1.886e6037841edp-1, 0x1.1058bc8a07ee1p-2), SIMD2(0x1.767dcf5534862p-1, 0x1.4043057b6ee09p-2),
  ]

  /// The natural logarithm of a positive normal number.
  @inline(__always)
  static func logarithm(_ value: Float) -> Float {
    let bits = value.bitPattern
    if bits == 0x3F80_0000 { return 0 }
    let offset = bits &- 0x3F33_0000
    let entry = logarithmTable[Int(offset >> 19 & 15)]
    let exponent = Double(Int32(bitPattern: offset) >> 23)
    let z = Double(Float(bitPattern: bits &- (offset & 0xFF80_0000)))
    let r = z * entry.x - 1
    let y0 = entry.y + exponent * 0x1.62e42fefa39efp-1
    let r2 = r * r
    var y = 0x1.5575b0be00b6ap-2 * r + -0x1.ffffef20a4123p-2
    y = -0x1.00ea348b88334p-2 * r2 + y
    return Float(y * r2 + (y0 + r))
  }

  /// Two standard normals by Box and Muller from two words, as TensorFlow makes them.
  @inline(__always)
  static func boxMuller(_ first: UInt32, _ second: UInt32) -> SIMD2<Float> {
    let radius = (-2 * logarithm(max(unit(first), 1.0e-7))).squareRoot()
    let (sine, cosine) = sineAndCosine(Float(6.283185307179586 * Double(unit(second))))
    return SIMD2(sine, cosine) * radius
  }

  /// The lower 23 bits of a word as a number of [0, 1).
  @inline(__always)
  static func unit(_ word: UInt32) -> Float { Float(bitPattern: word & 0x7F_FFFF | 0x3F80_0000) - 1 }

  /// Sine and cosine of an angle in `[0, 120)`.
  @inline(__always)
  static func sineAndCosine(_ angle: Float) -> (sine: Float, cosine: Float) {
    if angle < 0x1p-12 { return (angle, 1) }
    var x = Double(angle)
    var quadrant: Int32 = 0
    if angle.bitPattern >= 0x3F40_0000 {  // by glibc's comparison of the leading bits with π/4
      quadrant = (Int32(x * 0x1.45F306DC9C883p+23) &+ 0x80_0000) >> 24
      x -= Double(quadrant) * 0x1.921FB54442D18p0
    }
    let x2 = x * x
    let cosineSign: Double = quadrant & 2 == 0 ? 1 : -1
    if (quadrant + 1) & 2 != 0 { x = -x }
    let (x3, x4) = (x * x2, x2 * x2)
    let s =
      (x + x3 * -0x1.555545995a603p-3) + (x3 * x2) * (0x1.1107605230bc4p-7 + x2 * -0x1.994eb3774cf24p-13)
    let c1 = 1 + x2 * -0x1.ffffffd0c621cp-2
    let c2 = -0x1.6c087e89a359dp-10 + x2 * 0x1.99343027bf8c3p-16
    let c = cosineSign * ((c1 + x4 * 0x1.55553e1068f19p-5) + (x4 * x2) * c2)
    return quadrant & 1 == 0 ? (Float(s), Float(c)) : (Float(c), Float(s))
  }
}
