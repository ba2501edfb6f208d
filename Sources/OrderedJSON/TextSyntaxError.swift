package import Failures

/// Where and why a text is not JSON, or in another notation no values of JSON.
package struct TextSyntaxError: Failure, Hashable {
  package let position: TextPosition
  package let reason: String

  package init(position: TextPosition, reason: String) {
    self.position = position
    self.reason = reason
  }

  package var kind: FailureKind { .malformed }
  package var place: String? { position.description }
}
