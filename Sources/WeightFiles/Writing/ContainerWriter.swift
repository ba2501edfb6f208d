import Failures
internal import HDF5
internal import SystemPackage
package import Tensors

/// Writes any container: the layout says what is in it, the sources give the values.
package struct ContainerWriter: Sendable {
  /// How many workers draw and write.
  private let workers: Int
  /// Called after every block with the number of bytes of values written so far.
  let progress: @Sendable (Int) -> Void
  /// Called with each way in which a file differs from the one that it replaced, beside its bytes.
  private let notice: @Sendable (String) -> Void

  package init(
    workers: Int, progress: @escaping @Sendable (Int) -> Void = { _ in },
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.workers = workers
    self.progress = progress
    self.notice = notice
  }

  /// Removes what killed processes have left beside an output; before `checkDestination`, which it may be in
  /// the way of.
  package static func removeLeftovers(beside destination: OutputDestination) {
    guard case .path(let path) = destination, !path.isEmpty, !path.utf8.contains(0) else { return }
    let folders = [POSIX.folder(of: path), POSIX.folder(of: POSIX.followingLinks(path))]
    for folder in Set(folders) { Leftovers.remove(inFolder: folder) }
  }

  /// Whether the files beside a container can have their names without harm to the container that is there.
  package static func hasFreeNames(
    _ layout: ContainerLayout, _ destination: OutputDestination
  ) throws(WeightFileError) -> Bool {
    guard case .path(let container) = destination, layout.files.count > 1 else { return true }
    let listing: ShardNames.Listing
    do throws(Errno) { listing = try ShardNames.listing(ofIndexAt: container) } catch {
      throw WeightFileError(reading: container, attempt: "read the index that is to be replaced", error)
    }
    return layout.files.allSatisfy { part in
      part.name == nil || !ShardNames.isTaken(path(of: part, in: container), by: listing)
    }
  }

  /// Fails, before any work, if a container of that name could not be written.
  package static func checkDestination(
    _ layout: ContainerLayout, _ destination: OutputDestination, replaces: Bool
  ) throws(WeightFileError) {
    switch destination {
    case .standardOutput: _ = try singleFile(of: layout)
    case .path(let path):
      for part in layout.files {
        try StagedFile.checkDestination(self.path(of: part, in: path), replaces: replaces)
      }
    }
  }

  /// Where a file of a container is.
  private static func path(of part: FileLayout, in container: String) -> String {
    guard let name = part.name else { return container }
    return FilePath(container).removingLastComponent().appending(name).string
  }

  /// Writes a container, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - layout: its form.
  ///   - sources: the values, by `DatasetLayout.source`.
  ///   - destination: a file, or standard output for a container of one file.
  ///   - replaces: whether existing files may be replaced.
  /// - Returns: the size of all its files in bytes.
  /// - Throws: if it cannot be written; nothing is left behind then.
  @discardableResult
  package func write(
    _ layout: ContainerLayout, sources: [Int: TensorSource], to destination: OutputDestination, replaces: Bool
  ) async throws(WeightFileError) -> Int64 {
    guard case .path(let container) = destination else {
      return try await writeToStandardOutput(layout, sources)
    }
    // Each is open until it has its name.
    POSIX.allowOpenFiles(layout.files.count + 64)
    let total = ByteCounter()
    var staged: [StagedOutput] = []
    var size: Int64 = 0
    for part in layout.files {
      let output = try StagedOutput(Self.path(of: part, in: container), replaces: replaces)
      staged.append(output)
      size += try await write(part, sources, to: output.output) { [progress] in progress(total.add($0)) }
    }
    for difference in try Self.commit(staged, replaces: replaces) { notice(difference) }
    return size
  }

  /// Gives the files their names, in their order: the last one is the container's own.
  private static func commit(
    _ staged: [StagedOutput], replaces: Bool
  ) throws(WeightFileError) -> [String] {
    if staged.count > 1, let shards = try ShardPublication(staged) { return try shards.commit() }
    var differences: [String] = []
    for (index, output) in staged.enumerated() {
      do throws(WeightFileError) { differences += try output.file.commit() } catch {
        // What was not there before must not be there now.
        if !replaces { for done in staged[..<index] { POSIX.remove(done.output.name) } }
        throw error
      }
    }
    return differences
  }

  /// Lets libhdf5 write everything but values.
  private static func skeleton(_ part: FileLayout, _ output: OutputFile) throws(WeightFileError) -> [Extent] {
    guard let root = part.root else { return [] }
    let userBlockSize = if case .archive = part.body { ArchiveWriter.userBlockSize } else { 0 }
    do throws(HDF5Error) {
      return try Skeleton.write(root, to: output.path, userBlockSize: userBlockSize)
    } catch {
      // libhdf5 does not tell why it cannot write what it has buffered.
      if error.cause?.systemErrorNumber == nil {
        do throws(Errno) { try POSIX.reserve(output.descriptor, byteCount: 1 << 20) } catch let reason {
          throw WeightFileError(writing: output.name, attempt: error.attempt, reason)
        }
      }
      throw WeightFileError(in: output.name, error)
    }
  }

  func write(
    _ part: FileLayout, _ sources: [Int: TensorSource], to output: OutputFile,
    progress: @escaping @Sendable (Int) -> Void
  ) async throws(WeightFileError) -> Int64 {
    let descriptor = output.descriptor
    let extents = try Self.skeleton(part, output)
    let checksums = if case .archive = part.body { SegmentChecksums() } else { SegmentChecksums?.none }
    do throws(BulkWriter.Failure) {
      let size = try Self.system { () throws(Errno) in
        if case .text(let text) = part.body { try descriptor.writeExactly(Array(text.utf8), at: 0) }
        let size = try POSIX.status(descriptor).size
        try POSIX.reserve(descriptor, byteCount: size)
        return size
      }
      try await BulkWriter(descriptor: descriptor, checksums: checksums, progress: progress)
        .write(extents, sources: sources, workers: workers)
      return try Self.system { () throws(Errno) in
        if case .archive(let member, _, let others) = part.body, let checksums {
          try ArchiveWriter(descriptor).finish(member, size: size, checksums, others: others)
        }
        return try POSIX.status(descriptor).size
      }
    } catch {
      switch error {
      case .system(let errno):
        throw WeightFileError(writing: output.name, attempt: "write the weights", errno)
      case .source(let failure): throw WeightFileError(failure, in: output.name)
      }
    }
  }

  private static func system<Value>(
    _ body: () throws(Errno) -> Value
  ) throws(BulkWriter.Failure) -> Value {
    do throws(Errno) { return try body() } catch { throw .system(error) }
  }
}
