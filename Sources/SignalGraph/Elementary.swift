internal import CPlatform

/// The host's elementary functions, which Swift's standard library does not have.
package enum Elementary {
  package static func exponential(_ value: Double) -> Double { exp(value) }
  package static func cosine(_ value: Double) -> Double { cos(value) }
  package static func logarithm(_ value: Double) -> Double { log(value) }
  package static func logarithmOfOnePlus(_ value: Double) -> Double { log1p(value) }
  package static func decimalLogarithm(_ value: Double) -> Double { log10(value) }
  package static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
  package static func complementaryError(_ value: Double) -> Double { erfc(value) }
  package static func logarithmOfGamma(_ value: Double) -> Double { lgamma(value) }
}
