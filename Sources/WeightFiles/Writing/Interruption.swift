#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Removes a half-written file when the process is told to stop.
enum Interruption {
  /// From now on SIGINT, SIGTERM and SIGHUP remove this file before they end the process.
  static func remove(_ path: String) {
    keep()
    unfinishedPath = strdup(path)
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, removeAndRaise) }
  }

  /// There is no file to remove any more.
  static func keep() {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    let path = unfinishedPath
    unfinishedPath = nil
    free(path)
  }
}

/// Read by a signal handler, which can do little more than follow a pointer. A process writes one file at a
/// time, and handlers are off while the pointer changes.
private nonisolated(unsafe) var unfinishedPath: UnsafeMutablePointer<CChar>?

private func removeAndRaise(_ number: Int32) {
  if let path = unfinishedPath { unlink(path) }
  signal(number, SIG_DFL)
  raise(number)
}
