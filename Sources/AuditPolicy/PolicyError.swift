package import Failures

/// What is wrong with a setting, a settings file or a baseline.
package struct PolicyError: Failure {
  package let kind = FailureKind.usage
  /// The settings file or the option.
  package let place: String?
  package let reason: String

  init(in place: String? = nil, _ reason: String) {
    self.place = place
    self.reason = reason
  }
}
