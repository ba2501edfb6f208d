import Failures
internal import SystemPackage

/// A folder whose files other files may refer to: by links, virtual datasets and external storage.
///
/// Without one, no file is opened that another one names: whoever made a file could have any file of the
/// system copied into the output.
package struct ExternalFolder: Sendable {
  /// As the user calls it.
  private let name: String
  /// Its path without symbolic links.
  private let path: String

  /// How many files may be lent to one.
  static let fileLimit = 64

  /// - Parameter name: its path.
  /// - Throws: if there is no such folder.
  package init(_ name: String) throws(WeightFileError) {
    self.name = name
    do throws(Errno) {
      path = try POSIX.canonicalPath(name)
      guard try POSIX.status(path)?.isDirectory == true else { throw .notDirectory }
    } catch {
      throw WeightFileError(.notFound, in: name, attempt: "allow its files", "\(error)", cause: error)
    }
  }

  /// Opens a file that another one names.
  ///
  /// - Parameters:
  ///   - file: the name: absolute, or relative to the folder of the other file, or else to this folder.
  ///   - folder: that of the other file; `nil` if it is in no folder.
  /// - Returns: the file; `nil` if it is none of this folder or of those below it, or no regular file.
  /// - Throws: if it is one, but cannot be opened.
  func open(_ file: String, besides folder: FilePath?) throws(WeightFileError) -> LentFile? {
    guard !file.isEmpty, !file.utf8.contains(0) else { return nil }
    let relative = FilePath(file)
    let candidates =
      relative.isAbsolute ? [relative] : [folder, FilePath(path)].compactMap { $0?.pushing(relative) }
    for candidate in candidates {
      guard let found = try? POSIX.canonicalPath(candidate.string), isInside(found) else { continue }
      do throws(Errno) {
        // What takes its place meanwhile is not followed, and does not make anybody wait.
        let descriptor = try systemCall {
          try unsafe FileDescriptor.open(
            found, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        }
        let open = OpenDescriptor(closing: descriptor)
        let status = try POSIX.status(descriptor)
        guard status.isRegularFile else { continue }
        return LentFile(name: file, descriptor: open, size: status.size)
      } catch {
        throw WeightFileError(reading: found, error)
      }
    }
    return nil
  }

  private func isInside(_ found: String) -> Bool { found.hasPrefix(path == "/" ? path : path + "/") }

  /// What is said of a reference to a file that is not lent.
  func refusal(_ reason: String) -> String { "\(reason), which is no file in `\(name)`" }
}
