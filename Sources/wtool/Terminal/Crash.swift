import WeightFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns a crash into one line and the documented exit code.
///
/// A crash is a mistake of wtool, unless libhdf5 was reading a file: libhdf5 trusts some of what a file says. In
/// 1.10, an index beyond the end of a heap is followed. Nothing can be done then but to say so and stop.
enum Crash {
  private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGPROF]
  private static let stackSize = 1 << 16

  static func handle() {
    report = strdup("wtool: internal error; please report it with the command and the architecture\n")
    useOwnStack()
    Interruption.prepare()
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    // One crash is enough: another one inside the handler ends the process.
    sigfillset(&action.sa_mask)
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = endAfterCrash
    #else
      action.__sigaction_handler.sa_handler = endAfterCrash
    #endif
    for number in signals { sigaction(number, &action, nil) }
  }

  /// Runs `body`, which must stay on its thread: a crash in it, or a loop without end, is an error of the file
  /// that it reads.
  static func blaming<Value, Failure: Error>(
    _ file: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let (usualReport, usualCode) = (report, exitCode)
    report = strdup("\(file): the file is damaged: libhdf5 failed while reading it\n")
    exitCode = CommandExitCode.unusable.rawValue
    useOwnStack()
    limitProcessorTime(seconds: 20)
    defer {
      limitProcessorTime(seconds: 0)
      free(report)
      (report, exitCode) = (usualReport, usualCode)
    }
    return try body()
  }

  /// Reading a configuration takes far less; 0 ends the limit.
  private static func limitProcessorTime(seconds: Int) {
    var limit = itimerval()
    limit.it_value.tv_sec = seconds
    #if canImport(Darwin)
      setitimer(ITIMER_PROF, &limit, nil)
    #else
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    #endif
  }

  /// A handler needs a stack of its own where the crash may be the end of the thread's.
  private static func useOwnStack() {
    var current = stack_t()
    sigaltstack(nil, &current)
    guard current.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16)
    stack.ss_size = stackSize
    sigaltstack(&stack, nil)
  }
}

/// Read by a signal handler; set before the handler is, and by one thread.
private nonisolated(unsafe) var report: UnsafeMutablePointer<CChar>?
private nonisolated(unsafe) var exitCode: Int32 = 70

private func endAfterCrash(_ number: Int32) {
  Interruption.removeUnfinishedFiles()
  if let report { _ = write(2, report, strlen(report)) }
  _exit(exitCode)
}
