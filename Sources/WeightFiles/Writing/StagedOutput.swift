internal import SystemPackage

/// A staged file among the several of a container, which are given their names together.
final class StagedOutput {
  private var file: StagedFile?
  let output: OutputFile

  init(_ file: consuming StagedFile) {
    let path = POSIX.path(of: file.descriptor) ?? file.path
    output = OutputFile(name: file.name, path: path, descriptor: file.descriptor)
    self.file = consume file
  }

  /// Makes the file durable and gives it its name.
  func commit() throws(WeightFileError) {
    guard let file = file.take() else { return }
    try file.commit()
  }
}
