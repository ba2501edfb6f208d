import SignalGraph

/// Measured numbers as reports print them: three significant digits, whatever the locale.
package enum ReportNumber {
  package static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : value.description }
    let exponent = Int(Elementary.decimalLogarithm(abs(value)).rounded(.down))
    guard (-3..<6).contains(exponent) else {
      let mantissa = (value / Elementary.power(10, Double(exponent)) * 100).rounded() / 100
      return "\(trimmed(mantissa))e\(exponent)"
    }
    let scale = Elementary.power(10, Double(max(0, 2 - exponent)))
    return trimmed((value * scale).rounded() / scale)
  }

  private static func trimmed(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : value.description
  }

  /// `12.5 %`.
  static func percent(_ share: Double) -> String { "\(short(share * 100)) %" }

  /// A cosine near one, with the digits that tell it from one.
  static func cosine(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6)" }

  /// `p<1e-12` at the least.
  static func probability(_ value: Double) -> String { value < 1e-12 ? "p<1e-12" : "p=\(short(value))" }
}
