import Failures
internal import SystemPackage

/// A file that appears under its name whole or not at all.
///
/// Everything is written to a hidden file in the same directory, which takes the name at the end. Until then
/// a failure, the end of the value or a signal removes it.
struct StagedFile: ~Copyable {
  /// What the user calls the file.
  let name: String
  private let destination: String
  let path: String
  let descriptor: FileDescriptor
  private let replaces: Bool

  /// - Parameters:
  ///   - name: the name that the file is to have; a symbolic link is followed.
  ///   - replaces: whether a file of that name may be replaced.
  /// - Returns: the file, empty.
  /// - Throws: if the name is taken or cannot be written to.
  static func create(_ name: String, replaces: Bool) throws(WeightFileError) -> StagedFile {
    try checkDestination(name, replaces: replaces)
    let destination = POSIX.followingLinks(name)
    let path = TemporaryName.inDirectory(of: destination)
    let descriptor: FileDescriptor
    // Before there is a file: a signal may come at once.
    Interruption.remove(path)
    do throws(Errno) {
      descriptor = try systemCall {
        try FileDescriptor.open(
          path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
          permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      }
    } catch {
      Interruption.keep(path)
      throw WeightFileError(writing: name, attempt: "create the file", error)
    }
    return StagedFile(
      name: name, destination: destination, path: path, descriptor: descriptor, replaces: replaces)
  }

  private init(
    name: String, destination: String, path: String, descriptor: FileDescriptor, replaces: Bool
  ) {
    self.name = name
    self.destination = destination
    self.path = path
    self.descriptor = descriptor
    self.replaces = replaces
  }

  /// Fails before any work if the name cannot be written to.
  static func checkDestination(_ name: String, replaces: Bool) throws(WeightFileError) {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw WeightFileError(
        .usage, in: name, "a file's name must not be empty or contain a zero byte")
    }
    let status: FileStatus?
    do throws(Errno) {
      status = try POSIX.status(name)
    } catch {
      throw WeightFileError(writing: name, error)
    }
    guard let status else { return try checkFolder(name) }
    guard !status.isDirectory else {
      throw WeightFileError(.unwritable, in: name, "the output is a folder; a file was expected")
    }
    guard status.isRegularFile else {
      throw WeightFileError(.unwritable, in: name, "the output is not a regular file")
    }
    guard replaces else {
      throw WeightFileError(.exists, in: name, "the file exists; --force replaces it")
    }
  }

  /// Fails if the folder that a new file is to be in does not exist.
  private static func checkFolder(_ name: String) throws(WeightFileError) {
    let folder = POSIX.folder(of: POSIX.followingLinks(name))
    let isMissing: Bool
    // What cannot be told is left to the attempt.
    do throws(Errno) { isMissing = try POSIX.status(folder) == nil } catch { return }
    guard isMissing else { return }
    throw WeightFileError(
      .unwritable, in: name, attempt: "create the file", "the folder \(folder) does not exist")
  }

  /// Makes the file durable and gives it its name.
  consuming func commit() throws(WeightFileError) {
    do throws(Errno) {
      try POSIX.synchronize(descriptor)
      if replaces {
        try POSIX.rename(path, to: destination)
      } else {
        // A link cannot take a name that someone else has taken meanwhile.
        try linkOrRename()
      }
      synchronizeDirectory()
    } catch {
      throw WeightFileError(writing: name, error)
    }
  }

  private borrowing func linkOrRename() throws(Errno) {
    do throws(Errno) {
      try POSIX.link(path, to: destination)
    } catch .fileExists {
      throw .fileExists
    } catch {
      // Not every file system has hard links.
      try POSIX.rename(path, to: destination)
    }
  }

  /// The name itself must survive too; where a directory cannot be opened this is left to the system.
  private borrowing func synchronizeDirectory() {
    guard let descriptor = try? FileDescriptor.open(POSIX.folder(of: destination), .readOnly) else { return }
    try? POSIX.synchronize(descriptor)
    try? descriptor.close()
  }

  deinit {
    try? descriptor.close()
    POSIX.remove(path)
    Interruption.keep(path)
  }
}
