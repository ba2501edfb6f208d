#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a command can rely on.
enum Process {
  static func prepare() {
    // A file that grows beyond `ulimit -f` is to be an error like a full disk.
    signal(SIGXFSZ, SIG_IGN)
    // A standard stream that is closed must not become the number of a file that is written.
    var descriptor: Int32
    repeat { descriptor = open("/dev/null", O_RDWR) } while (0...2).contains(descriptor)
    close(descriptor)
  }
}

/// Turns a crash of libhdf5 over a damaged file into an error.
///
/// libhdf5 trusts some of what a file says: in 1.10, an index beyond the end of a heap is followed. Nothing
/// can be done then but to say so and stop.
enum CrashGuard {
  private static let signals = [SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL]

  /// Runs `body`, which must stay on its thread; if it crashes, the process says so and ends as for any other
  /// unusable input.
  static func run<Value, Failure: Error>(
    reading file: String, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    crashMessage = strdup("\(file): the file is damaged: libhdf5 crashed while reading it\n")
    // A handler needs a stack of its own where the crash may be the end of the stack.
    let size = 1 << 16
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    var stack = stack_t()
    stack.ss_sp = memory
    stack.ss_size = size
    sigaltstack(&stack, nil)
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = reportCrash
    #else
      action.__sigaction_handler.sa_handler = reportCrash
    #endif
    for number in signals { sigaction(number, &action, nil) }
    defer {
      for number in signals { signal(number, SIG_DFL) }
      var none = stack_t()
      none.ss_flags = Int32(SS_DISABLE)
      sigaltstack(&none, nil)
      memory.deallocate()
      free(crashMessage)
      crashMessage = nil
    }
    return try body()
  }
}

/// Read by a signal handler; set before the handler is.
private nonisolated(unsafe) var crashMessage: UnsafeMutablePointer<CChar>?

private func reportCrash(_ number: Int32) {
  if let message = crashMessage { _ = write(2, message, strlen(message)) }
  _exit(CommandExitCode.unusable.rawValue)
}
