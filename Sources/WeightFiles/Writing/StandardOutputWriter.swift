internal import SystemPackage
package import Tensors

extension ContainerWriter {
  /// Writes a file to standard output. HDF5 is not written in one pass, so it goes through a temporary file.
  ///
  /// - Returns: the size of the file in bytes.
  package func writeToStandardOutput(
    _ layout: ContainerLayout, sources: [Int: TensorSource]
  ) async throws(WeightFileError) -> Int64 {
    guard layout.files.count == 1 else {
      throw WeightFileError(
        file: "standard output", "the container has \(layout.files.count) files; name one")
    }
    let name = TemporaryName.inTemporaryDirectory("output")
    let size = try await write(layout, sources: sources, to: name, replaces: false)
    let file = try InputFile(name)
    // Open, the file needs no name any more, and nothing is left whatever becomes of the reader.
    POSIX.remove(name)
    var offset: Int64 = 0
    while offset < size {
      let bytes = try file.read(Int(min(1 << 20, size - offset)), at: offset)
      do throws(Errno) {
        _ = try systemCall { try FileDescriptor.standardOutput.writeAll(bytes) }
      } catch {
        throw WeightFileError(file: "standard output", "write", error)
      }
      offset += Int64(bytes.count)
    }
    return size
  }
}
