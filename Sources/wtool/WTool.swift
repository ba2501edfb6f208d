import ArgumentParser
import Failures
import Text

/// The command line: parsing, calls, printing and exit codes, and nothing else.
@main
struct WTool: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "wtool",
    abstract: "Initialize, audit, verify, list, convert and compare Keras weight files without Python.",
    discussion: """
      Exit codes: 0 success; 1 findings or differences; 2 usage error; 3 an input or output cannot be used; \
      70 internal error; 129, 130, 143 ended by SIGHUP, SIGINT, SIGTERM.
      """,
    version: version,
    subcommands: [
      Init.self, Plan.self, Ls.self, Convert.self, Upgrade.self, Diff.self, Verify.self, Inspect.self,
      Rules.self,
      Explain.self,
    ])

  /// Runs the command and ends the process, which happens nowhere else: what a command holds is released
  /// before.
  @MainActor static func main() async {
    ProcessSetup.prepare()
    ProcessSetup.startKeeper(for: CommandLine.arguments)
    ProcessSetup.end(await status())
  }

  @MainActor private static func status() async -> ExitStatus {
    do {
      try checkArguments()
      try checkSubcommand(CommandLine.arguments.dropFirst().first)
      var command = try parseAsRoot()
      if let command = command as? any WToolCommand { return try await command.execute() }
      try command.run()
      return .success
    } catch let failure as any Failure {
      StandardError.write(failure.description.safe + "\n")
      return ExitStatus(failure.kind)
    } catch {
      return status(ofParserError: error)
    }
  }

  /// Help and version requests, and usage errors, which ArgumentParser reports with another exit code.
  private static func status(ofParserError error: any Error) -> ExitStatus {
    guard exitCode(for: error).isSuccess else {
      // The message quotes arguments, which a script may have taken from anywhere.
      let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
      StandardError.write(lines.map(\.safe).joined(separator: "\n") + "\n")
      return .usage
    }
    print(fullMessage(for: error))
    return .success
  }

  /// A static program reads its arguments from the system, and has none where that fails: not even its name.
  private static func checkArguments() throws(ProcessError) {
    guard CommandLine.arguments.isEmpty else { return }
    throw ProcessError(place: "wtool", reason: "the system does not tell the arguments: is /proc mounted?")
  }

  /// Refuses an unknown command with the nearest one; ArgumentParser would call it an unexpected argument.
  private static func checkSubcommand(_ argument: String?) throws(UsageError) {
    let names = configuration.subcommands.map { "\($0)".lowercased() }
    guard let argument, !argument.hasPrefix("-"), argument != "help", !names.contains(argument) else {
      return
    }
    let hint = NearestSpelling.hint(
      for: argument, in: names, quote: "'", otherwise: "`wtool --help` lists them")
    throw UsageError("wtool", "there is no command '\(argument.clipped)'\(hint)")
  }
}
