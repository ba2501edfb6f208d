/// What a failure says: its kind, place, attempt, reason and cause in one value.
package struct FailureAccount: Sendable {
  package let kind: FailureKind
  package let place: String?
  package let attempt: String?
  package let reason: String
  package let cause: (any Error)?
}

/// A failure that keeps its account as a value: most targets' errors are one line.
package protocol AccountedFailure: Failure {
  var account: FailureAccount { get }
  init(account: FailureAccount)
}

extension AccountedFailure {
  package var kind: FailureKind { account.kind }
  package var place: String? { account.place }
  package var attempt: String? { account.attempt }
  package var reason: String { account.reason }
  package var cause: (any Error)? { account.cause }

  /// - Parameters:
  ///   - kind: what a caller can react to.
  ///   - place: the file, as the user calls it.
  ///   - attempt: what was attempted, as an infinitive without `to`; `nil` if the reason says it.
  ///   - reason: what is wrong, what was expected and what to do, in one clause.
  ///   - cause: the error of a lower layer that led to this one.
  package init(
    _ kind: FailureKind, in place: String?, attempt: String? = nil, _ reason: String,
    cause: (any Error)? = nil
  ) {
    self.init(
      account: FailureAccount(kind: kind, place: place, attempt: attempt, reason: reason, cause: cause))
  }

  /// The failure of a lower layer, as one of this layer.
  ///
  /// - Parameters:
  ///   - failure: the lower layer's.
  ///   - place: the file that it is about, if the failure has no place.
  package init(_ failure: some Failure, in place: String? = nil) {
    self.init(
      failure.kind, in: failure.place ?? place, attempt: failure.attempt, failure.reason, cause: failure)
  }
}
