internal import SystemPackage

/// A file of this process alone, which is gone when nobody holds it any more, however the process ends.
///
/// Where the system lets libraries open the file by its descriptor, it loses its name at once. Where not, the name is
/// removed at the end, when the process exits or by a signal.
final class TemporaryFile: Sendable {
  let descriptor: FileDescriptor
  /// Where libraries can open it.
  let path: String
  /// The name that has to be removed; `nil` if that has been done.
  private let name: String?

  /// - Parameter purpose: a word for its name.
  /// - Throws: why there can be no such file.
  init(for purpose: String) throws(Errno) {
    let name = TemporaryName.inTemporaryDirectory(purpose)
    // Before there is a file: a signal may come at once.
    Interruption.remove(name)
    do throws(Errno) {
      descriptor = try systemCall {
        try FileDescriptor.open(
          name, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      }
    } catch {
      Interruption.keep(name)
      throw error
    }
    if let path = POSIX.path(of: descriptor, isWritable: true) {
      self.path = path
      self.name = nil
      POSIX.remove(name)
      Interruption.keep(name)
    } else {
      path = name
      self.name = name
    }
  }

  deinit {
    try? descriptor.close()
    if let name {
      POSIX.remove(name)
      Interruption.keep(name)
    }
  }
}
