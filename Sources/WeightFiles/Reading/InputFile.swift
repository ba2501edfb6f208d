internal import SystemPackage

/// A file that is open for reading at any offset.
///
/// What cannot be read at an offset, such as a pipe, is first copied to a temporary file.
struct InputFile: ~Copyable, Sendable {
  /// What the user calls the file.
  let name: String
  /// Where libraries can open it.
  let path: String
  let format: FileFormat
  let size: Int64
  private let descriptor: FileDescriptor
  private let isTemporary: Bool

  /// - Parameter file: a path; `-` is standard input.
  /// - Throws: if it cannot be opened or read.
  init(_ file: String) throws(WeightFileError) {
    let name = file == "-" ? "standard input" : file
    let opened: Opened
    do throws(Errno) {
      opened = try Self.openSeekable(file)
    } catch .readOnlyFileSystem {
      throw WeightFileError(
        file: name, "cannot create a temporary file in \(POSIX.temporaryDirectory), which it needs to be read"
      )
    } catch .invalidArgument {
      throw WeightFileError(file: name, "cannot read it: it is neither a file nor a pipe")
    } catch {
      throw WeightFileError(file: name, "read the file", error)
    }
    self.init(name, opened)
  }

  /// - Parameter file: a path that someone else wrote down: only a regular file is opened.
  /// - Throws: if it is none, or cannot be opened.
  init(regularFile file: String) throws(WeightFileError) {
    do throws(Errno) {
      guard let status = try POSIX.status(file) else { throw Errno.noSuchFileOrDirectory }
      guard status.isRegularFile else { throw Errno.invalidArgument }
    } catch .invalidArgument {
      throw WeightFileError(file: file, "cannot read it: it is not a regular file")
    } catch {
      throw WeightFileError(file: file, "read the file", error)
    }
    try self.init(file)
  }

  /// A temporary file that is written now.
  ///
  /// - Parameters:
  ///   - name: what the user calls what is in it.
  ///   - write: writes the contents.
  /// - Throws: what `write` throws, or why there can be no such file.
  init(
    copyOf name: String, _ write: (FileDescriptor) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    let (descriptor, path): (FileDescriptor, String)
    do throws(Errno) { (descriptor, path) = try Self.openTemporary() } catch {
      throw WeightFileError(file: name, "create a temporary file", error)
    }
    do throws(WeightFileError) {
      try write(descriptor)
    } catch {
      Self.discard(descriptor, path)
      throw error
    }
    do throws(Errno) {
      let size = try POSIX.status(descriptor).size
      self.init(name, try Self.opened(descriptor, path: path, size, isTemporary: true))
    } catch {
      Self.discard(descriptor, path)
      throw WeightFileError(file: name, "read a temporary file", error)
    }
  }

  private init(_ name: String, _ opened: Opened) {
    self.name = name
    path = opened.path
    descriptor = opened.descriptor
    isTemporary = opened.isTemporary
    size = opened.size
    format = opened.format
  }

  private struct Opened {
    let descriptor: FileDescriptor
    let path: String
    let isTemporary: Bool
    let size: Int64
    let format: FileFormat
  }

  private static func opened(
    _ descriptor: FileDescriptor, path: String, _ size: Int64, isTemporary: Bool
  ) throws(Errno) -> Opened {
    func bytes(at offset: Int64) throws(Errno) -> [UInt8] {
      try descriptor.readExactly(Int(min(8, size - offset)), at: offset) ?? []
    }
    var format = FileFormat(firstBytes: try bytes(at: 0))
    if format == .other {
      for offset in FileFormat.signatureOffsets(upTo: size) where offset > 0 {
        if try bytes(at: offset) == FileFormat.hdf5Signature { format = .hdf5 }
      }
    }
    return Opened(
      descriptor: descriptor, path: path, isTemporary: isTemporary, size: size, format: format)
  }

  /// A new file, which goes away with the process or before.
  private static func openTemporary() throws(Errno) -> (FileDescriptor, path: String) {
    let path = TemporaryName.inTemporaryDirectory("input")
    let descriptor = try systemCall {
      try FileDescriptor.open(
        path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
    }
    Interruption.remove(path)
    return (descriptor, path)
  }

  private static func discard(_ descriptor: FileDescriptor, _ path: String) {
    try? descriptor.close()
    POSIX.remove(path)
    Interruption.keep(path)
  }

  private static func openSeekable(_ file: String) throws(Errno) -> Opened {
    let source = try open(file)
    let status = try POSIX.status(source)
    guard !status.isDirectory else {
      try? source.close()
      throw Errno.isDirectory
    }
    guard status.isRegularFile || status.isPipe || file == "-" else {
      try? source.close()
      throw Errno.invalidArgument
    }
    let isSeekable = status.isRegularFile && file != "-"
    let (descriptor, path, size) = isSeekable ? (source, file, status.size) : try spool(source)
    return try opened(descriptor, path: path, size, isTemporary: !isSeekable)
  }

  private static func open(_ file: String) throws(Errno) -> FileDescriptor {
    if file == "-" { return .standardInput }
    guard !file.isEmpty, !file.utf8.contains(0) else { throw .noSuchFileOrDirectory }
    return try systemCall { try FileDescriptor.open(file, .readOnly, options: .closeOnExec) }
  }

  private static func spool(
    _ source: FileDescriptor
  ) throws(Errno) -> (FileDescriptor, path: String, size: Int64) {
    // An error that reading cannot have stands for any that the temporary file has.
    guard let (copy, path) = try? openTemporary() else { throw .readOnlyFileSystem }
    var size: Int64 = 0
    var isText = false
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    do throws(Errno) {
      while true {
        let count = try systemCall { try source.read(into: buffer) }
        if count == 0 { return (copy, path, size) }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if size == 0 { isText = FileFormat(firstBytes: bytes) == .other }
        // Weights may be as large as they like, a text that never ends must not fill the disk.
        guard !isText || size + Int64(count) <= Int64(ModelDocument.byteLimit) else {
          throw Errno.fileTooLarge
        }
        try copy.writeExactly(bytes, at: size)
        size += Int64(count)
      }
    } catch {
      discard(copy, path)
      throw error
    }
  }

  /// Fills a buffer with bytes at an offset; fails if the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(WeightFileError) {
    guard offset >= 0, offset <= size, Int64(buffer.count) <= size - offset else {
      throw WeightFileError(
        file: name, "the file ends before byte \(offset) + \(buffer.count): it is truncated")
    }
    do throws(Errno) {
      if try descriptor.readExactly(into: buffer, at: offset) { return }
    } catch {
      throw WeightFileError(file: name, "read the file", error)
    }
    throw WeightFileError(file: name, "the file became shorter while it was read")
  }

  /// Bytes at an offset; fails if the file ends before.
  func read(_ count: Int, at offset: Int64) throws(WeightFileError) -> [UInt8] {
    guard count >= 0, offset >= 0, offset <= size, Int64(count) <= size - offset else {
      throw WeightFileError(file: name, "the file ends before byte \(offset) + \(count): it is truncated")
    }
    do throws(Errno) {
      if let bytes = try descriptor.readExactly(count, at: offset) { return bytes }
    } catch {
      throw WeightFileError(file: name, "read the file", error)
    }
    throw WeightFileError(file: name, "the file became shorter while it was read")
  }

  /// The whole file, unless it is larger than a limit.
  func readAll(limit: Int) throws(WeightFileError) -> [UInt8] {
    guard size <= Int64(limit) else {
      throw WeightFileError(file: name, "the file has \(size) bytes; at most \(limit) are read as text")
    }
    return try read(Int(size), at: 0)
  }

  deinit {
    if isTemporary {
      Self.discard(descriptor, path)
    } else {
      try? descriptor.close()
    }
  }
}
