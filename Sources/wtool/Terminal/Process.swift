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
    Crash.handle()
  }
}
