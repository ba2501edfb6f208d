internal import SystemPackage

/// A file of text that appears whole or not at all, and replaces what was there.
package enum ReportFile {
  /// Writes the whole text; to a device or a pipe directly.
  package static func write(_ text: String, to name: String) throws(WeightFileError) {
    if let status = try? POSIX.status(name), !status.isRegularFile, !status.isDirectory {
      do {
        let device = try FileDescriptor.open(name, .writeOnly)
        try device.closeAfter { _ = try device.writeAll(text.utf8) }
      } catch {
        throw WeightFileError(file: name, "cannot write: \(error)")
      }
      return
    }
    let file = try StagedFile.create(name, replaces: true)
    do { try file.descriptor.writeAll(text.utf8) } catch {
      throw WeightFileError(file: name, "cannot write: \(error)")
    }
    try file.commit()
  }

  /// Adds a text at the end of a file, which is made if there is none.
  package static func append(_ text: String, to name: String) throws(WeightFileError) {
    do {
      let file = try FileDescriptor.open(
        name, .writeOnly, options: [.append, .create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(text.utf8) }
    } catch {
      throw WeightFileError(file: name, "cannot write: \(error)")
    }
  }

  /// Equal for two names of one file, whether it exists or not.
  package static func identity(_ name: String) -> String {
    let path = POSIX.followingLinks(name)
    if let status = try? POSIX.status(path) {
      return status.isRegularFile ? status.identity : "\(name) \(status.identity)"
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let directory = parts.dropLast().joined(separator: "/")
    let place = (try? POSIX.status(directory.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : directory))?
      .identity
    return "\(place ?? directory)/\(parts.last ?? "")"
  }
}
