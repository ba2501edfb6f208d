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

  /// The number of processors that this process may use.
  static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
