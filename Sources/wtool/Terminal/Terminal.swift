import CPlatform
import SystemPackage

/// The terminal and the environment of the process.
enum Terminal {
  static var isStandardErrorTerminal: Bool { isatty(FileDescriptor.standardError.rawValue) == 1 }
  static var isStandardOutputTerminal: Bool { isatty(FileDescriptor.standardOutput.rawValue) == 1 }

  /// The number of columns for running text: that of the terminal on standard output or of `COLUMNS`, or else
  /// 80.
  static var width: Int { tableWidth ?? 80 }

  /// The number of columns for tables; `nil`, without a limit, where nobody looks at a terminal: a row stays
  /// one line for programs.
  static var tableWidth: Int? {
    if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    guard isStandardOutputTerminal else { return nil }
    let columns = Int(cp_terminal_columns(FileDescriptor.standardOutput.rawValue))
    return columns > 0 ? columns : 80
  }

  /// Whether standard output wants color: `NO_COLOR` forbids and `FORCE_COLOR` or `CLICOLOR_FORCE` demands
  /// them.
  static var wantsColor: Bool {
    if environment("NO_COLOR")?.isEmpty == false { return false }
    let forced = ["FORCE_COLOR", "CLICOLOR_FORCE"].compactMap(environment).contains {
      !$0.isEmpty && $0 != "0"
    }
    return forced || (isStandardOutputTerminal && environment("TERM") != "dumb")
  }

  static func environment(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The number of processors that this process may use.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
