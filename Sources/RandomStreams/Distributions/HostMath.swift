internal import CPlatform

/// The double-precision functions that backends take from the host's C library, as wtool does.
///
/// Good libraries differ in the last of 53 bits and in few inputs, which a float32 hardly ever shows.
enum HostMath {
  private static let twoPi = 2 * 3.14159265358979323846

  /// Two words as a number of [0, 1) of 53 bits.
  @inline(__always)
  static func unit(_ high: UInt32, _ low: UInt32) -> Double {
    Double((UInt64(high) << 32 | UInt64(low)) & (1 << 53 - 1)) * 0x1p-53
  }

  /// A point at an angle of 2π·`angle`, √(−2 log `radius`) away.
  static func boxMuller(_ radius: Double, _ angle: Double) -> (sine: Double, cosine: Double) {
    let length = (-2 * log(radius)).squareRoot()
    let angle = twoPi * angle
    return (length * sin(angle), length * cos(angle))
  }

  /// The same, with 1 − `radius` for the radius.
  static func boxMuller(angle: Double, radius: Double) -> (sine: Double, cosine: Double) {
    let length = (-2 * log1p(-radius)).squareRoot()
    let angle = twoPi * angle
    return (length * sin(angle), length * cos(angle))
  }
}
