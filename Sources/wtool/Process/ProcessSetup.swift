import CPlatform

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
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0)
    Crash.handle()
  }

  /// Ends the process; called at one place, `WTool.main`.
  static func end(_ status: ExitStatus) -> Never { exit(status.rawValue) }
}
