import Failures
internal import SystemPackage
import Tensors

extension ContainerWriter {
  /// Writes a container to standard output. HDF5 is not written in one pass, so it goes through a temporary
  /// file.
  ///
  /// - Returns: the size of the file in bytes.
  func writeToStandardOutput(
    _ layout: ContainerLayout, _ sources: [Int: TensorSource]
  ) async throws(WeightFileError) -> Int64 {
    let part = try Self.singleFile(of: layout)
    let name = OutputDestination.standardOutput.name
    let file: TemporaryFile
    do throws(Errno) { file = try TemporaryFile(for: "output") } catch {
      throw WeightFileError(writing: name, attempt: "create a temporary file", error)
    }
    let output = OutputFile(name: name, path: file.path, descriptor: file.descriptor)
    let total = ByteCounter()
    let size = try await write(part, sources, to: output) { [progress] in progress(total.add($0)) }
    do throws(Errno) {
      try copyToStandardOutput(file, size)
    } catch {
      throw WeightFileError(writing: name, attempt: "write", error)
    }
    return size
  }

  /// The one file of a container that can go to standard output.
  static func singleFile(of layout: ContainerLayout) throws(WeightFileError) -> FileLayout {
    guard let file = layout.files.first, layout.files.count == 1 else {
      throw WeightFileError(
        .usage, in: OutputDestination.standardOutput.name,
        "the container has \(layout.files.count) files; one was expected: name a file as the output")
    }
    return file
  }

  private func copyToStandardOutput(_ file: TemporaryFile, _ size: Int64) throws(Errno) {
    var offset: Int64 = 0
    while offset < size {
      let count = Int(min(1 << 20, size - offset))
      guard let bytes = try file.descriptor.readExactly(count, at: offset) else { throw .ioError }
      _ = try systemCall { try FileDescriptor.standardOutput.writeAll(bytes) }
      offset += Int64(count)
    }
  }
}
