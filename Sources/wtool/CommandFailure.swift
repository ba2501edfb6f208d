#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a command ends: the same table for all commands.
enum CommandExitCode: Int32 {
  case success = 0
  /// The work was done, or refused, because there is something to report.
  case findings = 1
  case usage = 2
  /// An input is missing, unreadable or wrong, or the output cannot be written.
  case unusable = 3

  func exit() -> Never {
    #if canImport(Glibc)
      Glibc.exit(rawValue)
    #elseif canImport(Musl)
      Musl.exit(rawValue)
    #else
      Darwin.exit(rawValue)
    #endif
  }
}

/// Why a command stops, in one line.
struct CommandFailure: Error {
  /// Longer lines help nobody.
  private static let limit = 2000

  let message: String
  let code: CommandExitCode

  init(_ message: String, _ code: CommandExitCode) {
    // One line, whatever a file's name or contents may be.
    let scalars = message.unicodeScalars
    let clipped = scalars.count > Self.limit ? String(scalars.prefix(Self.limit)) + "…" : message
    self.message = String(clipped.unicodeScalars.map { $0.properties.isControl ? " " : Character($0) })
    self.code = code
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control }
}
