/// A number as it is spelled: `1`, `1.0`, `1e-05`, `123456789012345678901234567890`, `NaN`, `-Infinity`.
package struct JSONNumber: Sendable, Hashable {
  package let spelling: String

  init(validated spelling: String) { self.spelling = spelling }

  package init(_ value: Int) { spelling = String(value) }

  /// Spelled as Python's `repr` does, so that a whole `1.0` stays a float.
  package init(_ value: Double) {
    spelling =
      value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : value.description
  }

  /// The value if it is spelled as an integer (`3`, not `3.0`) and fits.
  package var int: Int? { Int(spelling) }

  /// The nearest double; `nil` for an integer too large for one.
  package var double: Double? {
    switch spelling {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: Double(spelling)
    }
  }
}
