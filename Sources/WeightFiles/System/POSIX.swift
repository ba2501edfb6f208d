internal import CPlatform
internal import SystemPackage

/// The system calls that swift-system does not have.
enum POSIX {
  /// The status of what a path leads to; `nil` if there is nothing.
  static func status(_ path: String) throws(Errno) -> FileStatus? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let error = lastError
      if error == .noSuchFileOrDirectory { return nil }
      throw error
    }
    return FileStatus(status)
  }

  /// The status of a path itself, even if it is a symbolic link; `nil` if there is nothing.
  static func statusOfEntry(_ path: String) throws(Errno) -> FileStatus? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      let error = lastError
      if error == .noSuchFileOrDirectory { return nil }
      throw error
    }
    return FileStatus(status)
  }

  static func status(_ descriptor: FileDescriptor) throws(Errno) -> FileStatus {
    var status = stat()
    try unsafe check(fstat(descriptor.rawValue, &status))
    return FileStatus(status)
  }

  /// Makes written bytes survive a loss of power.
  static func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
    try retrying { cp_synchronize(descriptor.rawValue) }
  }

  /// Makes the names in a folder survive a loss of power; where a folder cannot be opened or synchronized,
  /// this is left to the system.
  static func synchronize(folder: String) throws(Errno) {
    do throws(Errno) {
      let descriptor = try systemCall {
        try unsafe FileDescriptor.open(folder, .readOnly, options: [.directory, .closeOnExec])
      }
      defer { try? descriptor.close() }
      try synchronize(descriptor)
    } catch {
      guard [.invalidArgument, .permissionDenied, .notSupported, .notPermitted].contains(error) else {
        throw error
      }
    }
  }

  static func rename(_ old: String, to new: String) throws(Errno) {
    try retrying { unsafe CPlatform.rename(old, new) }
  }

  /// Makes `new` another name of a file, unless that name is taken.
  static func link(_ old: String, to new: String) throws(Errno) {
    try retrying { unsafe CPlatform.link(old, new) }
  }

  @discardableResult
  static func remove(_ path: String) -> Bool { unsafe unlink(path) == 0 }

  /// Reserves the blocks of a file, so that a full disk shows before hours of work rather than after.
  static func reserve(_ descriptor: FileDescriptor, byteCount: Int64) throws(Errno) {
    var error = EINTR
    while error == EINTR { error = cp_reserve(descriptor.rawValue, byteCount) }
    guard error == 0 else { throw Errno(rawValue: error) }
  }

  /// Lets the disk begin with a part of a file that has been written, so that less is left for `synchronize`.
  static func startWriteBack(_ descriptor: FileDescriptor, at offset: Int64, byteCount: Int) {
    cp_start_write_back(descriptor.rawValue, offset, Int64(byteCount))
  }

  /// The path that writing to a path would create or replace: the end of a chain of symbolic links, which
  /// need not exist.
  static func followingLinks(_ path: String) -> String {
    var current = FilePath(path)
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = unsafe readlink(current.string, &buffer, buffer.count - 1)
      guard count > 0 else { break }
      let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      current = current.removingLastComponent().pushing(FilePath(target))
    }
    return current.string
  }

  /// The absolute path of what is there, without symbolic links.
  static func canonicalPath(_ path: String) throws(Errno) -> String {
    guard let real = unsafe realpath(path, nil) else { throw lastError }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// The folder that a path is in.
  static func folder(of path: String) -> String {
    let folder = FilePath(path).removingLastComponent()
    return folder.isEmpty ? "." : folder.string
  }

  static var processIdentifier: Int32 { getpid() }

  /// A path that leads to the file of a descriptor as long as the file has any name; `nil` where the system
  /// has none.
  static func path(of descriptor: FileDescriptor) -> String? {
    let path = "/dev/fd/\(descriptor.rawValue)"
    return unsafe access(path, R_OK | W_OK) == 0 ? path : nil
  }

  /// `nil` if it has been removed.
  static var currentDirectory: String? {
    guard let path = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// The directory for temporary files.
  static var temporaryDirectory: String {
    guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
    let path = unsafe String(cString: value)
    return path.isEmpty ? "/tmp" : path
  }

  static var lastError: Errno { Errno(rawValue: cp_errno()) }

  static func check(_ result: Int32) throws(Errno) {
    guard result == 0 else { throw lastError }
  }

  /// Makes a call again as long as signals interrupt it.
  @discardableResult
  static func retrying(_ call: () -> Int32) throws(Errno) -> Int32 {
    while true {
      let result = call()
      if result >= 0 { return result }
      guard lastError == .interrupted else { throw lastError }
    }
  }
}
