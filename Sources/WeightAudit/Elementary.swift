#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The host's elementary functions, which Swift's standard library does not have.
enum Elementary {
  static func exponential(_ value: Double) -> Double { exp(value) }
  static func cosine(_ value: Double) -> Double { cos(value) }
  static func logarithm(_ value: Double) -> Double { log(value) }
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
  static func complementaryError(_ value: Double) -> Double { erfc(value) }
  static func logarithmOfGamma(_ value: Double) -> Double { lgamma(value) }
}
