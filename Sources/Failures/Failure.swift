/// The shape of every error that a target hands to another: what kind it is, where it is, what was attempted
/// and why that failed.
///
/// Types that conform are structures of their own, so that each target says with typed `throws` what can go
/// wrong in it. A command prints any of them by one conversion.
package protocol Failure: Error, Sendable, CustomStringConvertible {
  /// What a caller can react to.
  var kind: FailureKind { get }
  /// Where it is: a file, a place in a document, a layer; `nil` if there is no place.
  var place: String? { get }
  /// What was attempted, as an infinitive without `to`: `read the file`; `nil` if the reason says it.
  var attempt: String? { get }
  /// What is wrong, what was expected and what to do, in one clause.
  var reason: String { get }
  /// The error of a lower layer that led to this one.
  var cause: (any Error)? { get }
}

extension Failure {
  package var attempt: String? { nil }
  package var cause: (any Error)? { nil }

  /// `place: cannot attempt: reason`, in one line.
  package var description: String {
    [place, attempt.map { "cannot \($0)" }, reason].compactMap(\.self).filter { !$0.isEmpty }
      .joined(separator: ": ")
  }
}
