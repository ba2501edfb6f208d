import ArgumentParser
import Failures

/// A subcommand: it parses its arguments, makes a call, prints the result and returns how it ended.
///
/// Errors that it throws become one line on standard error and an exit status in one place, `WTool.main`.
protocol WToolCommand: AsyncParsableCommand {
  func execute() async throws -> ExitStatus
}

/// A mistake in the use of a command that only shows when it runs.
struct UsageError: Failure {
  let kind = FailureKind.usage
  /// The option or the file.
  let place: String?
  let reason: String

  init(_ place: String? = nil, _ reason: String) {
    self.place = place
    self.reason = reason
  }
}
