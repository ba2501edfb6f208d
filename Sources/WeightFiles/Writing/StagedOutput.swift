internal import SystemPackage

/// A staged file among the several of a container, which are given their names together.
final class StagedOutput {
  let file: StagedFile
  let output: OutputFile

  init(_ path: String, replaces: Bool) throws(WeightFileError) {
    file = try StagedFile.create(path, replaces: replaces)
    output = OutputFile(name: path, path: file.path, descriptor: file.descriptor)
  }
}
