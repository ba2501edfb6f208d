import Failures
internal import SystemPackage

/// A file that appears under its name whole or not at all.
///
/// Everything is written to a file that nobody sees, which takes the name at the end.
struct StagedFile: ~Copyable {
  /// What the user calls the file.
  let name: String
  private let destination: String
  private let file: UnnamedFile
  private let replaces: Bool

  /// - Parameters:
  ///   - name: the name that the file is to have; a symbolic link is followed.
  ///   - replaces: whether a file of that name may be replaced.
  /// - Returns: the file, empty.
  /// - Throws: if the name is taken or cannot be written to.
  static func create(_ name: String, replaces: Bool) throws(WeightFileError) -> StagedFile {
    try checkDestination(name, replaces: replaces)
    let destination = POSIX.followingLinks(name)
    do throws(Errno) {
      let file = try UnnamedFile(
        inFolder: POSIX.folder(of: destination), isShared: true)
      return StagedFile(name: name, destination: destination, file: file, replaces: replaces)
    } catch {
      throw WeightFileError(writing: name, attempt: "create the file", error)
    }
  }

  private init(name: String, destination: String, file: consuming UnnamedFile, replaces: Bool) {
    self.name = name
    self.destination = destination
    self.file = file
    self.replaces = replaces
  }

  var descriptor: FileDescriptor { file.descriptor }
  /// Where libraries can open it.
  var path: String { file.path }

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
  ///
  /// - Returns: what it does not have of the file that it replaced, a clause each.
  borrowing func commit() throws(WeightFileError) -> [String] {
    let differences = try finish()
    try takeName()
    do throws(Errno) { try POSIX.synchronize(folder: POSIX.folder(of: destination)) } catch {
      throw WeightFileError(writing: name, attempt: "make the file's name durable", error)
    }
    return differences
  }

  /// Makes what is written durable, and gives it what another file has beside its bytes.
  ///
  /// - Parameter model: the path of that file; the one that is replaced, if it is `nil`.
  /// - Returns: what it does not have of that file, a clause each.
  /// - Throws: if what is written may be lost.
  borrowing func finish(like model: String? = nil) throws(WeightFileError) -> [String] {
    do throws(Errno) {
      let differences = try KeptAttributes(of: model ?? destination)?.apply(to: descriptor) ?? []
      try POSIX.synchronize(descriptor)
      return differences
    } catch {
      throw WeightFileError(writing: name, error)
    }
  }

  /// Gives it its name; the folder is not synchronized.
  ///
  /// - Returns: whether a file was replaced.
  @discardableResult
  borrowing func takeName() throws(WeightFileError) -> Bool {
    do throws(Errno) {
      if replaces, try POSIX.statusOfEntry(destination) != nil {
        try file.replace(destination)
        return true
      }
      // A name that someone else has taken meanwhile is not replaced.
      try file.publish(as: destination)
      return false
    } catch {
      throw WeightFileError(writing: name, error)
    }
  }
}
