internal import SystemPackage

/// A file of this process alone, without a name: it is gone when nobody holds it any more, however the
/// process ends.
final class TemporaryFile: Sendable {
  private let file: UnnamedFile

  /// - Parameter purpose: what it is for.
  /// - Throws: why there can be no such file.
  init(for purpose: String) throws(Errno) {
    let folder = POSIX.temporaryDirectory
    file = try UnnamedFile(inFolder: folder, isNamedLater: false)
    // Without names of descriptors, libraries need the file's own.
    guard POSIX.path(of: file.descriptor) != nil, file.removeName() else { return }
    // Where files have names, however briefly, a process can be killed before it removes one.
    Leftovers.remove(inFolder: folder)
  }

  var descriptor: FileDescriptor { file.descriptor }

  /// Where libraries can open it as long as it is held.
  var path: String { file.path }
}
