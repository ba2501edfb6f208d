package import Failures
package import KerasArchitecture
package import Tensors
package import WeightFiles

extension WeightFileError: Failure {
  package var kind: FailureKind { .unreadable }
  package var place: String? { file }
}
extension LayoutError: Failure {
  package var kind: FailureKind { .unsupported }
  package var place: String? { nil }
  package var reason: String { description }
}
extension SourceFailure: Failure {
  package var kind: FailureKind { .unreadable }
  package var place: String? { source }
}
extension StoredMismatch: Failure {
  package var kind: FailureKind { .mismatch }
  package var place: String? { nil }
  package var reason: String { description }
}
