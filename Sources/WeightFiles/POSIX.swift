internal import CWriteBack
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The system calls that swift-system does not have.
enum POSIX {
  /// What a path leads to.
  struct FileStatus {
    let isRegularFile: Bool
    let isDirectory: Bool
    /// Whether bytes come in from another process.
    let isPipe: Bool
    let size: Int64
    /// Which file it is: no two that exist have the same.
    let identity: String
  }

  /// The status of what a path leads to; `nil` if there is nothing.
  static func status(_ path: String) throws(Errno) -> FileStatus? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let errno = Errno(rawValue: errno)
      if errno == .noSuchFileOrDirectory { return nil }
      throw errno
    }
    return FileStatus(status)
  }

  static func status(_ descriptor: FileDescriptor) throws(Errno) -> FileStatus {
    var status = stat()
    try check(fstat(descriptor.rawValue, &status))
    return FileStatus(status)
  }

  /// Makes written bytes survive a loss of power.
  static func synchronize(_ descriptor: FileDescriptor) throws(Errno) {
    #if canImport(Darwin)
      if fcntl(descriptor.rawValue, F_FULLFSYNC) == 0 { return }
    #endif
    try check(fsync(descriptor.rawValue))
  }

  static func rename(_ old: String, to new: String) throws(Errno) {
    #if canImport(Glibc)
      try check(Glibc.rename(old, new))
    #elseif canImport(Musl)
      try check(Musl.rename(old, new))
    #else
      try check(Darwin.rename(old, new))
    #endif
  }

  /// Makes `new` another name of a file, unless that name is taken.
  static func link(_ old: String, to new: String) throws(Errno) {
    #if canImport(Glibc)
      try check(Glibc.link(old, new))
    #elseif canImport(Musl)
      try check(Musl.link(old, new))
    #else
      try check(Darwin.link(old, new))
    #endif
  }

  static func remove(_ path: String) { unlink(path) }

  /// Reserves the blocks of a file, so that a full disk shows before hours of work rather than after.
  static func reserve(_ descriptor: FileDescriptor, byteCount: Int64) throws(Errno) {
    #if os(Linux)
      guard byteCount > 0 else { return }
      let errno = Errno(rawValue: posix_fallocate(descriptor.rawValue, 0, off_t(byteCount)))
      // Not every file system can reserve.
      guard errno.rawValue != 0, errno != .notSupported, errno != .invalidArgument else { return }
      throw errno
    #endif
  }

  /// Lets the disk begin with a part of a file that has been written, so that less is left for `synchronize`.
  static func startWriteBack(_ descriptor: FileDescriptor, at offset: Int64, byteCount: Int) {
    cw_start_write_back(descriptor.rawValue, offset, Int64(byteCount))
  }

  /// The path that writing to a path would create or replace: the end of a chain of symbolic links, which need
  /// not exist.
  static func followingLinks(_ path: String) -> String {
    var current = FilePath(path)
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(current.string, &buffer, buffer.count - 1)
      guard count > 0 else { break }
      let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      current = current.removingLastComponent().pushing(FilePath(target))
    }
    return current.string
  }

  static var processIdentifier: Int32 { getpid() }

  /// A name that leads to the file of a descriptor, whatever has become of its own; `nil` where the system has none.
  static func path(of descriptor: FileDescriptor) -> String? {
    let path = "/dev/fd/\(descriptor.rawValue)"
    return access(path, R_OK | W_OK) == 0 ? path : nil
  }

  /// `nil` if it has been removed.
  static var currentDirectory: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// The directory for temporary files.
  static var temporaryDirectory: String {
    guard let value = getenv("TMPDIR") else { return "/tmp" }
    let path = String(cString: value)
    return path.isEmpty ? "/tmp" : path
  }

  private static func check(_ result: Int32) throws(Errno) {
    guard result == 0 else { throw Errno(rawValue: errno) }
  }
}

extension POSIX.FileStatus {
  fileprivate init(_ status: stat) {
    let kind = status.st_mode & S_IFMT
    self.init(
      isRegularFile: kind == S_IFREG, isDirectory: kind == S_IFDIR,
      isPipe: kind == S_IFIFO || kind == S_IFSOCK, size: Int64(status.st_size),
      identity: "\(status.st_dev):\(status.st_ino)")
  }
}

extension FileDescriptor {
  /// Reads exactly `count` bytes at an offset; `nil` if the file ends before.
  func readExactly(_ count: Int, at offset: Int64) throws(Errno) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let isWhole = try bytes.withUnsafeMutableBufferPointer { buffer throws(Errno) in
      try readExactly(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    return isWhole ? bytes : nil
  }

  /// Fills a buffer with bytes at an offset; false if the file ends before.
  func readExactly(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(Errno) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = try systemCall {
        try read(
          fromAbsoluteOffset: offset + Int64(done),
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
      }
      if count == 0 { return false }
      done += count
    }
    return true
  }

  /// Writes all bytes at an offset.
  func writeExactly(_ bytes: [UInt8], at offset: Int64) throws(Errno) {
    try bytes.withUnsafeBufferPointer { buffer throws(Errno) in
      try writeExactly(UnsafeRawBufferPointer(buffer), at: offset)
    }
  }

  /// Writes all bytes at an offset.
  func writeExactly(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(Errno) {
    var done = 0
    while done < bytes.count {
      done += try systemCall {
        try self.write(
          toAbsoluteOffset: offset + Int64(done), UnsafeRawBufferPointer(rebasing: bytes[done...]))
      }
    }
  }
}

/// swift-system's calls throw nothing but `Errno`, but do not say so in their types.
func systemCall<Value>(_ body: () throws -> Value) throws(Errno) -> Value {
  do { return try body() } catch { throw error as? Errno ?? .ioError }
}
