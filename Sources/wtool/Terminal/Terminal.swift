import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the standard streams lead to.
enum Terminal {
  static var isStandardErrorTerminal: Bool { isatty(FileDescriptor.standardError.rawValue) == 1 }
  static var isStandardOutputTerminal: Bool { isatty(FileDescriptor.standardOutput.rawValue) == 1 }

  /// Columns of the terminal on standard output, or those that `COLUMNS` names; 80 where there is none.
  static var width: Int {
    if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
    guard isStandardOutputTerminal else { return 80 }
    var size = winsize()
    guard ioctl(FileDescriptor.standardOutput.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }

  /// Whether standard output wants colours: `NO_COLOR` forbids and `FORCE_COLOR` or `CLICOLOR_FORCE` demands them.
  static var wantsColor: Bool {
    if environment("NO_COLOR")?.isEmpty == false { return false }
    let forced = ["FORCE_COLOR", "CLICOLOR_FORCE"].compactMap(environment).contains {
      !$0.isEmpty && $0 != "0"
    }
    return forced || (isStandardOutputTerminal && environment("TERM") != "dumb")
  }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The number of processors that this process may use.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
