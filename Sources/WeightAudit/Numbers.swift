#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Numbers as reports print them: three significant digits.
enum Numbers {
  static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : value.description }
    let exponent = Int(log10(abs(value)).rounded(.down))
    guard (-3..<6).contains(exponent) else {
      let mantissa = (value / pow(10, Double(exponent)) * 100).rounded() / 100
      return "\(trimmed(mantissa))e\(exponent)"
    }
    let scale = pow(10, Double(max(0, 2 - exponent)))
    return trimmed((value * scale).rounded() / scale)
  }

  private static func trimmed(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
  }
}
