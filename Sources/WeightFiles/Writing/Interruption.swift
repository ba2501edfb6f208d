internal import CPlatform
internal import Synchronization

/// Removes half-written and temporary files when the process is told to stop, or exits while they are in use.
package enum Interruption {
  private static let signals = [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU]

  /// From now on the signals that end a process, and its exit, remove this file first. Those that the process
  /// was started to ignore, as `nohup` does, are left alone.
  static func remove(_ path: String) {
    changing.withLock { _ in
      guard let slot = (0..<slotCount).first(where: { unsafe unfinishedPaths[$0] == nil }) else { return }
      unsafe unfinishedPaths[slot] = strdup(path)
      _ = removesAtExit
      for number in signals where cp_is_ignored(number) == 0 { signal(number, removeAndRaise) }
    }
  }

  /// This file need not be removed any more.
  static func keep(_ path: String) {
    changing.withLock { _ in
      for slot in 0..<slotCount {
        guard let pointer = unsafe unfinishedPaths[slot], unsafe strcmp(pointer, path) == 0 else { continue }
        // Not freed: a handler may be reading it.
        unsafe unfinishedPaths[slot] = nil
      }
    }
  }

  private static let changing = Mutex<Void>(())

  /// `exit` releases nothing: whoever holds files then does not get to remove them.
  private static let removesAtExit: Bool = atexit { Interruption.removeUnfinishedFiles() } == 0

  /// Makes what a signal handler reads; before any handler is set.
  package static func prepare() { _ = unsafe unfinishedPaths }

  /// Removes the files now; may be called by a signal handler.
  package static func removeUnfinishedFiles() {
    for slot in 0..<slotCount {
      if let path = unsafe unfinishedPaths[slot] { unsafe unlink(path) }
    }
  }
}

/// More files than any command has under way.
private let slotCount = 1024

/// Read by a signal handler, which can do little more than follow pointers.
private nonisolated(unsafe) let unfinishedPaths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
  let slots = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: slotCount)
  unsafe slots.initialize(repeating: nil, count: slotCount)
  return unsafe slots
}()

private func removeAndRaise(_ number: Int32) {
  Interruption.removeUnfinishedFiles()
  cp_reset_handler(number)
  raise(number)
}
