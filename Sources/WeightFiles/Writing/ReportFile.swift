internal import SystemPackage

/// A file of text that appears whole or not at all, and replaces what was there.
package enum ReportFile {
  /// Writes the whole text; to a device or a pipe directly.
  ///
  /// - Parameters:
  ///   - text: what it is to hold.
  ///   - path: the file.
  ///   - replaces: whether one that is there goes.
  /// - Returns: what the file does not have of the one that it replaced, a sentence each.
  /// - Throws: if it cannot be written, or is there and is to stay.
  @discardableResult
  package static func write(
    _ text: String, to path: String, replaces: Bool = true
  ) throws(WeightFileError) -> [String] {
    if let status = try? POSIX.status(path), !status.isRegularFile, !status.isDirectory {
      do throws(Errno) {
        let device = try systemCall { try unsafe FileDescriptor.open(path, .writeOnly) }
        try write(text, to: device)
      } catch {
        throw WeightFileError(writing: path, attempt: "write", error)
      }
      return []
    }
    Leftovers.remove(inFolder: POSIX.folder(of: POSIX.followingLinks(path)))
    let file = try StagedFile.create(path, replaces: replaces)
    do throws(Errno) { _ = try systemCall { try file.descriptor.writeAll(text.utf8) } } catch {
      throw WeightFileError(writing: path, attempt: "write", error)
    }
    return try file.commit()
  }

  /// Adds a text at the end of a file, which is created if there is none.
  package static func append(_ text: String, to path: String) throws(WeightFileError) {
    do throws(Errno) {
      let file = try systemCall {
        try unsafe FileDescriptor.open(
          path, .writeOnly, options: [.append, .create, .closeOnExec],
          permissions: [.ownerReadWrite, .groupRead, .otherRead])
      }
      try write(text, to: file)
    } catch {
      throw WeightFileError(writing: path, attempt: "write", error)
    }
  }

  private static func write(_ text: String, to descriptor: FileDescriptor) throws(Errno) {
    try systemCall { try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) } }
  }

  /// Equal for two paths of one file, whether it exists or not.
  package static func identity(_ path: String) -> String {
    let target = POSIX.followingLinks(path)
    if let status = try? POSIX.status(target) {
      return status.isRegularFile ? status.identity : "\(path) \(status.identity)"
    }
    let folder = POSIX.folder(of: target)
    let identity = (try? POSIX.status(folder))?.identity ?? folder
    return "\(identity)/\(FilePath(target).lastComponent?.string ?? "")"
  }
}
