internal import SystemPackage

/// A staged file among the several of a container, which are given their names together.
final class StagedOutput {
  private var file: StagedFile?
  let name: String
  /// Where libraries can open the file. That is a name of the descriptor where the system has such: opened by its own name,
  /// a file that a signal is about to remove would be made again.
  let path: String
  let descriptor: FileDescriptor

  init(_ file: consuming StagedFile) {
    name = file.name
    descriptor = file.descriptor
    path = POSIX.path(of: descriptor, isWritable: true) ?? file.path
    self.file = consume file
  }

  /// Makes the file durable and gives it its name.
  func commit() throws(WeightFileError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
