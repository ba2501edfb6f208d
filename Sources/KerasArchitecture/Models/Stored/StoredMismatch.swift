package import Failures

/// The reason why a file cannot be one of a model.
package struct StoredMismatch: Failure, Hashable {
  package let kind = FailureKind.mismatch
  /// The layer concerned, as `"dense" (/layers/dense in the file)`; `nil` if it is the whole model.
  package let place: String?
  package let reason: String
  /// What to do, where that is not to name another architecture.
  package let advice: String?

  init(at place: String? = nil, _ reason: String, advice: String? = nil) {
    self.place = place
    self.reason = reason
    self.advice = advice
  }
}
