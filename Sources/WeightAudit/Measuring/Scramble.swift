/// Fixed pseudo-random numbers: the same for every run and machine, so that probes never change a report.
enum Scramble {
  /// A bijection of 64-bit numbers whose output bits all depend on all input bits. Steele, Lea & Flood,
  /// OOPSLA 2014 (SplitMix64).
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
