package import Failures
package import KerasArchitecture

extension StoredMismatch: Failure {
  package var kind: FailureKind { .mismatch }
  package var place: String? { nil }
  package var reason: String { description }
}
