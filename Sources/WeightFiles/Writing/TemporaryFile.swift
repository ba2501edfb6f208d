internal import Synchronization
internal import SystemPackage

/// A file of this process alone, which is gone when nobody holds it any more.
///
/// libhdf5 opens files by name only and follows a name of a descriptor to the file's own, so the file keeps
/// its name as long as libhdf5 may need it. The name is removed when the last holder lets go, when the
/// process exits, crashes or is ended by a signal; and at once by `removeName`.
final class TemporaryFile: Sendable {
  let descriptor: FileDescriptor
  /// Where libraries can open it until its name is removed.
  let path: String
  private let hasName = Mutex(true)

  /// - Parameter purpose: a word for its name.
  /// - Throws: why there can be no such file.
  init(for purpose: String) throws(Errno) {
    path = TemporaryName.inTemporaryDirectory(purpose)
    // Before there is a file: a signal may come at once.
    Interruption.remove(path)
    do throws(Errno) {
      let path = path
      descriptor = try systemCall {
        try FileDescriptor.open(
          path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
      }
    } catch {
      Interruption.keep(path)
      throw error
    }
  }

  /// Removes the name. The contents stay as long as the file is held, but for its descriptor alone.
  func removeName() {
    hasName.withLock { hasName in
      guard hasName else { return }
      hasName = false
      POSIX.remove(path)
      Interruption.keep(path)
    }
  }

  deinit {
    try? descriptor.close()
    removeName()
  }
}
