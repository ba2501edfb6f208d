package import Failures

/// Where and why a text is not JSON.
package struct JSONSyntaxError: Failure, Hashable {
  package let position: JSONPosition
  package let reason: String

  package var kind: FailureKind { .malformed }
  package var place: String? { position.description }
}
