package import Failures

/// Why a format cannot hold a model.
package struct LayoutError: Failure, Hashable {
  package let kind: FailureKind
  package let reason: String

  package var place: String? { nil }

  package init(_ reason: String, kind: FailureKind = .unsupported) {
    self.kind = kind
    self.reason = reason
  }
}
