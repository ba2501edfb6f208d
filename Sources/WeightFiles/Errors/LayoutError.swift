package import Failures

/// Why a format cannot hold a model.
package struct LayoutError: Failure, Hashable {
  package let kind: FailureKind
  package let reason: String
  /// Whether the model's architecture is what is missing.
  package let needsArchitecture: Bool

  package var place: String? { nil }

  package init(_ reason: String, kind: FailureKind = .unsupported, needsArchitecture: Bool = false) {
    self.needsArchitecture = needsArchitecture
    self.kind = kind
    self.reason = reason
  }
}
