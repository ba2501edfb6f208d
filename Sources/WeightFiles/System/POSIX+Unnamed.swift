internal import CPlatform
internal import SystemPackage

/// Files without names, and locks.
extension POSIX {
  /// Opens a new file that has no name, so that nothing is left of it if the process ends; `nil` where the
  /// system or the file system has none, or could not name it later.
  static func openUnnamed(inFolder folder: String, _ permissions: FilePermissions) throws(Errno)
    -> FileDescriptor?
  {
    let descriptor: FileDescriptor
    do throws(Errno) {
      let number = try retrying { unsafe cp_open_unnamed(folder, permissions.rawValue) }
      descriptor = FileDescriptor(rawValue: number)
    } catch {
      // Old kernels take the flag for one of a folder that is to be written to.
      let hasNone: [Errno] = [
        .notSupportedOnSocket, .notSupported, .isDirectory, .invalidArgument, .noSuchFileOrDirectory,
        .noFunction,
      ]
      if hasNone.contains(error) { return nil }
      throw error
    }
    if path(of: descriptor) != nil { return descriptor }
    try? descriptor.close()
    return nil
  }

  /// Gives a file without a name one that nobody has.
  static func name(_ descriptor: FileDescriptor, _ path: String) throws(Errno) {
    try retrying { unsafe cp_name(descriptor.rawValue, path) }
  }

  /// Locks a file until it is closed, or the process ends. `wouldBlock` is thrown if another process holds
  /// the lock; anything else, if the file system has none.
  static func lock(_ descriptor: FileDescriptor) throws(Errno) {
    try retrying { cp_lock(descriptor.rawValue) }
  }

  /// Gives up the lock of a file, which would keep libraries from reading it.
  static func unlock(_ descriptor: FileDescriptor) { cp_unlock(descriptor.rawValue) }

  /// Opens and locks the file of a process that has ended; `nil` if it is alive, or the path leads to
  /// anything but a regular file of this user.
  static func lockAbandoned(_ path: String) -> FileDescriptor? {
    guard let number = try? retrying({ unsafe cp_open_to_lock(path) }) else { return nil }
    let descriptor = FileDescriptor(rawValue: number)
    // Whoever made it may have found it locked and gone on with another one.
    guard let status = try? status(descriptor), status.isRegularFile, status.owner == geteuid(),
      (try? lock(descriptor)) != nil, let entry = try? statusOfEntry(path), entry.identity == status.identity
    else {
      try? descriptor.close()
      return nil
    }
    return descriptor
  }

  /// The names of a folder's entries that pass a test; of a large folder not all are looked at.
  static func entries(ofFolder folder: String, limit: Int, where isWanted: (String) -> Bool) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    for _ in 0..<limit {
      guard let entry = unsafe readdir(directory) else { break }
      guard let name = unsafe cp_entry_name(entry).flatMap({ unsafe String(validatingCString: $0) }) else {
        continue
      }
      if isWanted(name) { names.append(name) }
    }
    return names
  }

  /// Lets the process open so many files at once, as far as the system does.
  static func allowOpenFiles(_ count: Int) { cp_allow_open_files(UInt(clamping: count)) }
}
