package import Failures

/// The reason why an override cannot be parsed or applied.
package struct ConfigOverrideError: Failure, Hashable {
  package let kind = FailureKind.usage
  package let place: String? = nil
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}
