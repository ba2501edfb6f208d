import CLibFuzzer
import Glibc

/// A file without a name that holds the current input.
struct MemoryFile {
  let descriptor = fuzz_memory_file()

  /// A path that leads to it.
  var path: String { "/proc/self/fd/\(descriptor)" }

  static let shared = MemoryFile()

  func replace(_ bytes: [UInt8]) {
    require(ftruncate(descriptor, bytes.count) == 0, "a file in memory can be resized")
    require(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, "a file in memory can be written")
  }
}
