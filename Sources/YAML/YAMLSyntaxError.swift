package import Failures
package import OrderedJSON

/// Where and why a text is not YAML, or is YAML that is no plain data.
package struct YAMLSyntaxError: Failure, Hashable {
  package let position: JSONPosition
  package let reason: String

  package var kind: FailureKind { .malformed }
  package var place: String? { position.description }
}
