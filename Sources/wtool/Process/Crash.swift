import CPlatform
import WeightFiles

/// Turns a crash into one line and the documented exit code.
///
/// A crash is a mistake of wtool: files are taken apart in other processes.
enum Crash {
  private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP]
  private static let stackSize = 1 << 16

  /// Never freed, as a signal handler reads it.
  fileprivate nonisolated(unsafe) static let report = unsafe strdup(
    "wtool: internal error; please report it with the command and the architecture\n")

  static func handle() {
    _ = unsafe report
    cp_use_own_stack(stackSize)
    Interruption.prepare()
    for number in signals { cp_handle_on_own_stack(number, endAfterCrash) }
  }
}

private func endAfterCrash(_ number: Int32) {
  Interruption.removeUnfinishedFiles()
  if let report = unsafe Crash.report { _ = unsafe write(2, report, strlen(report)) }
  _exit(ExitStatus.internalError.rawValue)
}
