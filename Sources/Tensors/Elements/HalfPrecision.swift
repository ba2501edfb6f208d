/// Conversions between `Float` and the two 16-bit formats, on bit patterns.
///
/// `Swift.Float16` does not exist on every platform and bfloat16 on none. All conversions round to nearest,
/// ties to even.
package enum HalfPrecision {
  /// The IEEE half-precision pattern nearest to a value.
  package static func float16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 | UInt16(truncatingIfNeeded: magnitude >> 13 & 0x3FF) }
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }  // 65520 and beyond round to infinity
    if magnitude < 0x3880_0000 {  // below 2⁻¹⁴: subnormal, in units of 2⁻²⁴
      let units = (Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven)
      return sign | UInt16(units)
    }
    let rounded = magnitude &+ 0xFFF &+ (magnitude >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded &- 0x3800_0000) >> 13)
  }

  /// The IEEE half-precision pattern nearest to a double, rounded once.
  package static func float16(_ value: Double) -> UInt16 { float16(roundedToOdd(value)) }

  /// The value of an IEEE half-precision pattern.
  package static func float(float16 pattern: UInt16) -> Float {
    let sign = UInt32(pattern & 0x8000) << 16
    let exponent = UInt32(pattern >> 10 & 0x1F)
    let fraction = UInt32(pattern & 0x3FF)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The bfloat16 pattern nearest to a value.
  package static func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
  }

  /// The value of a bfloat16 pattern.
  package static func float(bfloat16 pattern: UInt16) -> Float { Float(bitPattern: UInt32(pattern) << 16) }

  /// A float from which a narrower format can be rounded as if from the double: any lost bit sticks in the
  /// last place, so that the second rounding never sees a false tie.
  private static func roundedToOdd(_ value: Double) -> Float {
    let truncated = Float(value)
    guard truncated.isFinite, Double(truncated) != value else { return truncated }
    let towardsZero = abs(Double(truncated)) > abs(value) ? truncated.bitPattern &- 1 : truncated.bitPattern
    return Float(bitPattern: towardsZero | 1)
  }
}
