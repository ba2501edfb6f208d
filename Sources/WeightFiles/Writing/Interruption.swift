#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Removes a half-written file when the process is told to stop.
package enum Interruption {
  private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU]

  /// From now on the signals that end a process remove this file first. Those that the process was started to
  /// ignore, as `nohup` does, are left alone.
  static func remove(_ path: String) {
    keep()
    unfinishedPath = strdup(path)
    for number in signals where !isIgnored(number) { signal(number, removeAndRaise) }
  }

  /// There is no file to remove any more.
  static func keep() {
    for number in signals where !isIgnored(number) { signal(number, SIG_DFL) }
    let path = unfinishedPath
    unfinishedPath = nil
    free(path)
  }

  /// Removes the file now; may be called by a signal handler.
  package static func removeUnfinishedFile() {
    if let path = unfinishedPath { unlink(path) }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}

/// Read by a signal handler, which can do little more than follow a pointer. A process writes one file at a
/// time, and handlers are off while the pointer changes.
private nonisolated(unsafe) var unfinishedPath: UnsafeMutablePointer<CChar>?

private func removeAndRaise(_ number: Int32) {
  Interruption.removeUnfinishedFile()
  signal(number, SIG_DFL)
  raise(number)
}
