import ArgumentParser
import SystemPackage

/// The command line: parsing, exit codes and nothing else.
@main
struct WTool: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "wtool",
    abstract: "Initialise, audit, verify, list, convert and compare Keras weight files without Python.",
    discussion: """
      Exit codes: 0 done; 1 findings or differences; 2 wrong usage; 3 an input or output cannot be used; \
      70 internal error; 129, 130, 143 ended by SIGHUP, SIGINT, SIGTERM.
      """,
    version: version,
    subcommands: [
      Init.self, Plan.self, Ls.self, Convert.self, Diff.self, Verify.self, Inspect.self, Rules.self,
      Explain.self,
    ])

  static func main() async {
    Process.prepare()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      StandardError.write(failure.message + "\n")
      failure.code.exit()
    } catch {
      exit(withParserError: error)
    }
  }

  /// Help and version requests, and usage errors, which ArgumentParser reports with another exit code.
  private static func exit(withParserError error: any Error) -> Never {
    let isRequest = exitCode(for: error).isSuccess
    if isRequest {
      print(fullMessage(for: error))
    } else {
      StandardError.write(fullMessage(for: error) + "\n")
    }
    (isRequest ? CommandExitCode.success : .usage).exit()
  }
}
