/// A whole number computed from sizes that a file states.
///
/// The sizes of an architecture or of a stored tensor may be any integers. All arithmetic on them goes
/// through this type: a step that leaves the range of `Int`, or divides by zero, has no value, and neither
/// has any step after it. Whoever asks for the value says which field is out of range.
///
/// ```swift
/// let extent = CheckedSize(kernelSize).minus(1).times(dilation).plus(1).value
/// ```
package struct CheckedSize: Sendable, Hashable {
  /// The exact result; `nil` if a step had none.
  package let value: Int?

  /// - Parameter value: a size that a file states; `nil` if there is none.
  package init(_ value: Int?) { self.value = value }

  package func plus(_ other: Int?) -> CheckedSize {
    applying(other) { $0.addingReportingOverflow($1) }
  }

  package func minus(_ other: Int?) -> CheckedSize {
    applying(other) { $0.subtractingReportingOverflow($1) }
  }

  package func times(_ other: Int?) -> CheckedSize {
    applying(other) { $0.multipliedReportingOverflow(by: $1) }
  }

  /// The quotient, rounded towards zero.
  package func divided(by other: Int?) -> CheckedSize {
    applying(other) { $0.dividedReportingOverflow(by: $1) }
  }

  /// The quotient of two sizes that are not negative, rounded up.
  package func dividedRoundingUp(by other: Int?) -> CheckedSize {
    guard let value, let quotient = divided(by: other).value, let other else { return CheckedSize(nil) }
    return CheckedSize(quotient).plus(value.isMultiple(of: other) ? 0 : 1)
  }

  private func applying(
    _ other: Int?, _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> CheckedSize {
    guard let value, let other else { return CheckedSize(nil) }
    let (result, overflow) = operation(value, other)
    return CheckedSize(overflow ? nil : result)
  }
}

extension CheckedSize {
  /// The product of some sizes; `nil` if it is out of range.
  package static func product(_ factors: some Sequence<Int>) -> Int? {
    factors.reduce(CheckedSize(1)) { $0.times($1) }.value
  }

  /// The sum of some sizes; `nil` if it is out of range.
  package static func sum(_ terms: some Sequence<Int>) -> Int? {
    terms.reduce(CheckedSize(0)) { $0.plus($1) }.value
  }

  /// A difference of two sizes; `nil` if it is out of range.
  package static func difference(_ first: Int, _ second: Int) -> Int? {
    CheckedSize(first).minus(second).value
  }
}

extension Sequence<Int> {
  /// The sum of sizes that are only shown, none of them negative: the largest integer where the sum is
  /// larger.
  package var saturatingSum: Int { CheckedSize.sum(self) ?? .max }
}
