package import Failures

/// Why the values of a tensor cannot be read or computed.
package struct SourceFailure: Failure {
  package let kind: FailureKind
  /// Where the values should come from: what the user calls the file.
  package let place: String?
  package let attempt: String?
  package let reason: String
  package let cause: (any Error)?

  /// - Parameters:
  ///   - kind: what a caller can react to.
  ///   - place: the file, as the user calls it.
  ///   - attempt: what was attempted, as an infinitive without `to`.
  ///   - reason: what is wrong.
  ///   - cause: the error of a lower layer that led to this one.
  package init(
    _ kind: FailureKind, in place: String, attempt: String? = nil, _ reason: String,
    cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.place = place
    self.attempt = attempt
    self.reason = reason
    self.cause = cause
  }

  /// The failure of a lower layer.
  ///
  /// - Parameters:
  ///   - failure: the lower layer's.
  ///   - place: the file that it is about, if the failure does not name it.
  package init(_ failure: some Failure, in place: String) {
    self.init(
      failure.kind, in: failure.place ?? place, attempt: failure.attempt, failure.reason, cause: failure)
  }
}
