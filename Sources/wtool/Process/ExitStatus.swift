import Failures

/// How a command ends: the same table for all commands.
enum ExitStatus: Int32 {
  case success = 0
  /// The work was done, or refused, because there is something to report.
  case findings = 1
  case usage = 2
  /// An input is missing, unreadable or wrong, or the output cannot be written.
  case unusable = 3
  /// A mistake of wtool.
  case internalError = 70

  /// How a command ends that fails.
  init(_ kind: FailureKind) {
    self = kind == .usage ? .usage : .unusable
  }
}
