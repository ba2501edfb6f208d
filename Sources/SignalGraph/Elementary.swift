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
  static func logarithmOfOnePlus(_ value: Double) -> Double { log1p(value) }
}
