import ModelFiles
import Synchronization
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
/// A crash is a mistake of wtool, unless libhdf5 was reading a file: libhdf5 trusts some of what a file says.
/// In 1.10, an index beyond the end of a heap is followed. Nothing can be done then but to say so and stop.
enum Crash {
  private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGPROF]
  private static let stackSize = 1 << 16

  static func handle() {
    CrashReport.prepare()
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

  /// A limit of the processor's time that reading takes, in seconds; 0 ends the limit.
  fileprivate static func limitProcessorTime(seconds: Int) {
    var limit = itimerval()
    limit.it_value.tv_sec = seconds
    #if canImport(Darwin)
      setitimer(ITIMER_PROF, &limit, nil)
    #else
      setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &limit, nil)
    #endif
  }

  /// Gives the thread a stack for its handlers: the crash may be the end of the thread's own.
  fileprivate static func useOwnStack() {
    var current = stack_t()
    sigaltstack(nil, &current)
    guard current.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    var stack = stack_t()
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16)
    stack.ss_size = stackSize
    sigaltstack(&stack, nil)
  }
}

/// Makes a crash of libhdf5, or a loop without end, an error of the file that it reads.
struct CrashContainment: Containment {
  func reading<Value, Lower: Error>(
    _ name: String, _ body: () throws(Lower) -> Value
  ) throws(Lower) -> Value {
    CrashReport.blame(name)
    Crash.useOwnStack()
    Crash.limitProcessorTime(seconds: 20)
    defer {
      Crash.limitProcessorTime(seconds: 0)
      CrashReport.blameNobody()
    }
    return try body()
  }
}

extension FileReader {
  /// A reader that turns a crash of libhdf5 into an error of the file.
  static let contained = FileReader(containment: CrashContainment())
}

private func endAfterCrash(_ number: Int32) {
  Interruption.removeUnfinishedFiles()
  CrashReport.writeAndExit()
}
