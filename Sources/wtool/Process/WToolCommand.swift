import ArgumentParser
import Failures

/// A subcommand: it parses its arguments, makes a call, prints the result and returns how it ended.
///
/// Errors that it throws become one line on standard error and an exit status in one place, `WTool.main`.
///
/// A command begins on the main thread, which is the only one then: it can still start the process that takes
/// files apart.
protocol WToolCommand: AsyncParsableCommand {
  @MainActor func execute() async throws -> ExitStatus
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
