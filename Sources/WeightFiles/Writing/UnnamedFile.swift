internal import SystemPackage

/// A file that nobody sees before it gets its name.
///
/// It has no name at all where the system has such files. Elsewhere it has a hidden one and is locked, so
/// that `Leftovers` knows whether its process is alive.
struct UnnamedFile: ~Copyable {
  let descriptor: FileDescriptor
  /// The hidden name; `nil` for a file without a name.
  private let hiddenPath: String?

  /// - Parameters:
  ///   - folder: where it is to get its name.
  ///   - isShared: whether others than its owner get the permissions that the process's mask leaves.
  ///   - isNamedLater: whether it is to get a name at all.
  /// - Throws: why there can be no such file.
  init(
    inFolder folder: String, isShared: Bool = false, isNamedLater: Bool = true
  ) throws(Errno) {
    let permissions = Self.permissions(isShared: isShared)
    if !isNamedLater || Self.canName(inFolder: folder),
      let descriptor = try POSIX.openUnnamed(inFolder: folder, permissions)
    {
      self.descriptor = descriptor
      hiddenPath = nil
    } else {
      (descriptor, hiddenPath) = try Self.openHidden(inFolder: folder, permissions)
    }
  }

  /// A file with a hidden name, as where the system has no others.
  init(hiddenInFolder folder: String) throws(Errno) {
    (descriptor, hiddenPath) = try Self.openHidden(inFolder: folder, .ownerReadWrite)
  }

  private static func permissions(isShared: Bool) -> FilePermissions {
    isShared ? [.ownerReadWrite, .groupReadWrite, .otherReadWrite] : .ownerReadWrite
  }

  /// Whether files without names can be given one in a folder; better known before hours of work than after.
  private static func canName(inFolder folder: String) -> Bool {
    let permissions: FilePermissions = .ownerReadWrite
    guard let probe = (try? POSIX.openUnnamed(inFolder: folder, permissions)) ?? nil else { return false }
    defer { try? probe.close() }
    let path = TemporaryName.hidden(inFolder: folder)
    guard (try? POSIX.lock(probe)) != nil else { return false }
    Interruption.remove(path)
    defer { Interruption.keep(path) }
    guard (try? POSIX.name(probe, path)) != nil else { return false }
    return POSIX.remove(path)
  }

  /// Creates a file with a hidden name and locks it.
  private static func openHidden(
    inFolder folder: String, _ permissions: FilePermissions
  ) throws(Errno) -> (FileDescriptor, String) {
    while true {
      let path = TemporaryName.hidden(inFolder: folder)
      // Before there is a file: a signal may come at once.
      Interruption.remove(path)
      do throws(Errno) {
        let descriptor = try systemCall {
          try unsafe FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: permissions)
        }
        if Self.holds(descriptor, path) { return (descriptor, path) }
        try? descriptor.close()
        Interruption.keep(path)
      } catch {
        Interruption.keep(path)
        throw error
      }
    }
  }

  /// Locks a new file; false if another process took it for abandoned before it was locked.
  private static func holds(_ descriptor: FileDescriptor, _ path: String) -> Bool {
    do throws(Errno) { try POSIX.lock(descriptor) } catch .wouldBlock { return false } catch {
      // Without locks, nobody else removes it.
      return true
    }
    do throws(Errno) { return try POSIX.statusOfEntry(path) != nil } catch { return true }
  }

  /// Where libraries can open the file.
  var path: String { POSIX.path(of: descriptor) ?? hiddenPath ?? "" }

  /// Gives it a name that nobody has.
  borrowing func publish(as destination: String, keepsLock: Bool = false) throws(Errno) {
    defer { if !keepsLock { POSIX.unlock(descriptor) } }
    guard let hiddenPath else { return try POSIX.name(descriptor, destination) }
    do throws(Errno) {
      try POSIX.link(hiddenPath, to: destination)
    } catch .fileExists {
      throw .fileExists
    } catch {
      // Not every file system has hard links. Who takes the name in this instant loses it.
      if try POSIX.statusOfEntry(destination) != nil { throw .fileExists }
      try POSIX.rename(hiddenPath, to: destination)
    }
  }

  /// Gives it a name, which it takes from the file that has it.
  borrowing func replace(_ destination: String) throws(Errno) {
    defer { POSIX.unlock(descriptor) }
    if let hiddenPath { return try POSIX.rename(hiddenPath, to: destination) }
    // A name that is taken can only be given by another name.
    let path = TemporaryName.hidden(inFolder: POSIX.folder(of: destination))
    // Without locks, the name stays if the process is killed in this instant.
    try? POSIX.lock(descriptor)
    Interruption.remove(path)
    defer { Interruption.keep(path) }
    try POSIX.name(descriptor, path)
    do throws(Errno) { try POSIX.rename(path, to: destination) } catch {
      POSIX.remove(path)
      throw error
    }
  }

  /// Removes the hidden name; the file stays as long as it is open.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  borrowing func removeName() -> Bool {
    guard let hiddenPath else { return false }
    POSIX.remove(hiddenPath)
    Interruption.keep(hiddenPath)
    return true
  }

  deinit {
    removeName()
    try? descriptor.close()
  }
}
