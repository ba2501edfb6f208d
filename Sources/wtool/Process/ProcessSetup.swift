import CPlatform
import Failures
import WeightFiles

/// The state of the process that every command relies on: standard streams, signals, libhdf5.
enum ProcessSetup {
  static func prepare() {
    // A file that grows beyond `ulimit -f` is to be an error like a full disk.
    cp_ignore(SIGXFSZ)
    // A standard stream that is closed must not become the number of a file that is written. What is written
    // to it is to fail, as if it were still closed.
    for stream: Int32 in 0...2 { cp_hold_place(stream) }
    // Network file systems often cannot lock, and what links lead to would be passed over where another
    // process holds a lock. Read by libhdf5 when it opens its first file; the user's own wish stands.
    unsafe setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
    Crash.handle()
  }

  @MainActor private static var started: Result<ParserKeeper, WeightFileError>?

  /// Starts the process that takes files apart, unless the command opens none.
  ///
  /// It is the earlier ready the earlier it is started, and must be while this process has one thread: before
  /// arguments are parsed.
  @MainActor static func startKeeper(for arguments: [String]) {
    guard let command = arguments.dropFirst().first, !["rules", "explain", "help"].contains(command),
      !command.hasPrefix("-")
    else { return }
    started = Result { () throws(WeightFileError) in
      try ParserKeeper(plugins: Terminal.environment("HDF5_PLUGIN_PATH"))
    }
  }

  /// What `startKeeper` started.
  @MainActor static func keeper() throws -> ParserKeeper {
    guard let started else { throw UsageError(nil, "this command opens no files") }
    return try started.get()
  }

  /// Ends the process; called at one place, `WTool.main`.
  @MainActor static func end(_ status: ExitStatus) -> Never {
    try? started?.get().end()
    exit(status.rawValue)
  }
}

/// What the system must give every process, and did not.
struct ProcessError: Failure {
  let kind = FailureKind.unreadable
  let place: String?
  let reason: String
}
