import CPlatform
import ModelFiles
import WeightFiles

/// Turns a crash into one line and the documented exit code.
///
/// A crash is a mistake of wtool, unless libhdf5 was reading a file: libhdf5 trusts some of what a file says.
/// In 1.10, an index beyond the end of a heap is followed. Nothing can be done then but to say so and stop.
enum Crash {
  private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGPROF]
  fileprivate static let stackSize = 1 << 16

  static func handle() {
    CrashReport.prepare()
    cp_use_own_stack(stackSize)
    Interruption.prepare()
    for number in signals { cp_handle_on_own_stack(number, endAfterCrash) }
  }
}

/// Makes a crash of libhdf5, or a loop without end, an error of the file that it reads.
struct CrashContainment: Containment {
  func reading<Value, Lower: Error>(
    _ name: String, _ body: () throws(Lower) -> Value
  ) throws(Lower) -> Value {
    CrashReport.blame(name)
    cp_use_own_stack(Crash.stackSize)
    cp_limit_processor_time(20)
    defer {
      cp_limit_processor_time(0)
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
