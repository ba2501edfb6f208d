internal import HDF5
internal import SystemPackage
package import Tensors

/// Writes any container: the layout says what is in it, the sources give the values.
package struct ContainerWriter: Sendable {
  /// How many workers draw and write.
  private let workers: Int
  /// Called after every block with the number of bytes of values written so far.
  private let progress: @Sendable (Int) -> Void

  package init(workers: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }) {
    self.workers = workers
    self.progress = progress
  }

  /// Fails, before any work, if a file of that name could not be written.
  package static func checkDestination(_ file: String, replaces: Bool) throws(WeightFileError) {
    try StagedFile.checkDestination(file, replaces: replaces)
  }

  /// Writes a file, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - layout: the form of the file.
  ///   - sources: the values, by `DatasetLayout.source`.
  ///   - file: its name.
  ///   - replaces: whether an existing file may be replaced.
  /// - Returns: the size of the file in bytes.
  /// - Throws: if it cannot be written; nothing is left behind then.
  @discardableResult
  package func write(
    _ layout: ContainerLayout, sources: [Int: TensorSource], to file: String, replaces: Bool
  ) async throws(WeightFileError) -> Int64 {
    let staged = try StagedFile.create(file, replaces: replaces)
    let extents: [Extent]
    do throws(HDF5Error) {
      extents = try Skeleton.write(layout, to: staged.path)
    } catch {
      throw WeightFileError(file: file, error)
    }
    let descriptor = staged.descriptor
    let size: Int64
    do throws(Errno) {
      size = try POSIX.status(descriptor).size
      try POSIX.reserve(descriptor, byteCount: size)
      try await BulkWriter(descriptor: descriptor, progress: progress)
        .write(extents, sources: sources, workers: workers)
    } catch {
      throw WeightFileError(file: file, "write the weights", error)
    }
    try staged.commit()
    return size
  }
}
