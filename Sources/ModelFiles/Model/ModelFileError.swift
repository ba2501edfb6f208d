package import Failures

/// Why a model on disk cannot be read, matched, compared or written.
package struct ModelFileError: Failure {
  package let kind: FailureKind
  package let place: String?
  package let attempt: String?
  package let reason: String
  package let cause: (any Error)?

  /// - Parameters:
  ///   - kind: what a caller can react to.
  ///   - place: the file, as the user calls it.
  ///   - reason: what is wrong, what was expected and what to do.
  ///   - cause: the error of a lower layer that led to this one.
  package init(_ kind: FailureKind, in place: String?, _ reason: String, cause: (any Error)? = nil) {
    self.kind = kind
    self.place = place
    attempt = nil
    self.reason = reason
    self.cause = cause
  }

  /// The failure of a lower layer.
  ///
  /// - Parameters:
  ///   - failure: the lower layer's.
  ///   - file: the file that it is about, if the failure does not name it.
  package init(_ failure: some Failure, in file: String? = nil) {
    kind = failure.kind
    if let file {
      place = file
      attempt = nil
      reason = failure.description
    } else {
      (place, attempt, reason) = (failure.place, failure.attempt, failure.reason)
    }
    cause = failure
  }
}
