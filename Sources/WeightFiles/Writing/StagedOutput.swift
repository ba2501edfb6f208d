internal import SystemPackage

/// A staged file among the several of a container, which are given their names together.
final class StagedOutput {
  private var file: StagedFile?
  let name: String
  let path: String
  let descriptor: FileDescriptor

  init(_ file: consuming StagedFile) {
    name = file.name
    path = file.path
    descriptor = file.descriptor
    self.file = consume file
  }

  /// Makes the file durable and gives it its name.
  func commit() throws(WeightFileError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
