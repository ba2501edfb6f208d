internal import SystemPackage

/// An open file that a part of a container is written to.
struct OutputFile: Sendable {
  /// What the user calls it.
  let name: String
  /// Where libraries can open the file. That is a name of the descriptor where the system has such: opened by
  /// its own name, a file that a signal is about to remove would be made again.
  let path: String
  let descriptor: FileDescriptor
}
