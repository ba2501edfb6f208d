import Failures
internal import SystemPackage
import Text

/// A file that is open for reading at any offset.
///
/// What cannot be read at an offset, such as a pipe, is first copied to a temporary file.
struct InputFile: Sendable {
  /// The folder that the file is in; `nil` for standard input and for what is inside another file.
  let folder: FilePath?
  let format: FileFormat
  /// All its bytes.
  let view: FileView

  /// - Parameters:
  ///   - source: standard input or a file; a pipe is read to its end.
  ///   - limits: how long a text may be that comes through a pipe.
  /// - Throws: if it cannot be opened or read.
  init(_ source: InputSource, _ limits: ReadingLimits) throws(WeightFileError) {
    let name = source.name
    let (descriptor, status) = try Self.open(source)
    if status.isRegularFile, source != .standardInput {
      try self.init(name, folder: source.folder, OpenDescriptor(closing: descriptor), size: status.size)
    } else {
      defer { if source != .standardInput { try? descriptor.close() } }
      let (copy, size) = try Self.spool(descriptor, name, limits)
      try self.init(name, folder: source.folder, OpenDescriptor(copy), size: size)
    }
  }

  /// The file with the weights of a folder, by the name of the folder.
  init(_ folder: KerasFolder, _ limits: ReadingLimits) throws(WeightFileError) {
    let file = try InputFile(regularFile: "\(folder.path)/\(KerasFolder.weights)", limits)
    guard file.format == .hdf5 else {
      throw WeightFileError(.malformed, in: folder.path, "`\(KerasFolder.weights)` is not an HDF5 file")
    }
    view = file.view.named(folder.path)
    format = .folder
    self.folder = file.folder
  }

  /// - Parameters:
  ///   - path: a path that another file names: only a regular file is opened.
  ///   - limits: as for any file.
  /// - Throws: if it is none, or cannot be opened.
  init(regularFile path: String, _ limits: ReadingLimits) throws(WeightFileError) {
    let status: FileStatus?
    do throws(Errno) { status = try POSIX.status(path) } catch {
      throw WeightFileError(reading: path, error)
    }
    guard let status else { throw WeightFileError(reading: path, .noSuchFileOrDirectory) }
    guard status.isRegularFile else {
      throw WeightFileError(.unreadable, in: path, "it is not a regular file")
    }
    try self.init(.path(path), limits)
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
    let copy = try Self.temporary(name)
    try write(copy.descriptor)
    let size: Int64
    do throws(Errno) { size = try POSIX.status(copy.descriptor).size } catch {
      throw WeightFileError(reading: name, attempt: "read a temporary file", error)
    }
    try self.init(name, folder: nil, OpenDescriptor(copy), size: size)
  }

  private init(
    _ name: String, folder: FilePath?, _ descriptor: OpenDescriptor, size: Int64
  ) throws(WeightFileError) {
    view = FileView(name: name, descriptor: descriptor, offset: 0, size: size)
    format = try FileFormat(view)
    self.folder = folder
  }
}

// MARK: - Opening

extension InputFile {
  /// Opens what can be read: a file, a pipe, or whatever standard input is.
  private static func open(_ source: InputSource) throws(WeightFileError) -> (FileDescriptor, FileStatus) {
    let descriptor: FileDescriptor
    let status: FileStatus
    do throws(Errno) {
      switch source {
      case .standardInput: descriptor = .standardInput
      case .path(let path):
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .noSuchFileOrDirectory }
        descriptor = try systemCall { try unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec) }
      }
      status = try POSIX.status(descriptor)
    } catch {
      throw WeightFileError(reading: source.name, error)
    }
    guard source != .standardInput || status.isDirectory else { return (descriptor, status) }
    guard !status.isDirectory else {
      if source != .standardInput { try? descriptor.close() }
      if let foreign = ForeignFile(folder: source.name) { throw foreign.error(in: source.name) }
      throw WeightFileError(.unsupported, in: source.name, "it is a folder; a file was expected")
    }
    guard status.isRegularFile || status.isPipe else {
      try? descriptor.close()
      throw WeightFileError(.unreadable, in: source.name, "cannot read it: it is neither a file nor a pipe")
    }
    return (descriptor, status)
  }

  private static func temporary(_ name: String) throws(WeightFileError) -> TemporaryFile {
    do throws(Errno) { return try TemporaryFile(for: "input") } catch {
      throw WeightFileError(
        .unwritable, in: name,
        attempt: "create a temporary file in \(POSIX.temporaryDirectory), which is needed to read it",
        "\(error); set TMPDIR to a folder that can be written to", cause: error)
    }
  }

  /// Copies a stream to a temporary file.
  private static func spool(
    _ source: FileDescriptor, _ name: String, _ limits: ReadingLimits
  ) throws(WeightFileError) -> (TemporaryFile, size: Int64) {
    let copy = try temporary(name)
    var size: Int64 = 0
    var isText = false
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { unsafe buffer.deallocate() }
    do throws(Errno) {
      while true {
        let count = try systemCall { try unsafe source.read(into: buffer) }
        if count == 0 { return (copy, size) }
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if size == 0 { isText = unsafe FileFormat(firstBytes: bytes) == .other }
        // Weights may be as large as they like, a text that never ends must not fill the disk.
        if isText, size + Int64(count) > Int64(limits.textByteCount) { break }
        try unsafe copy.descriptor.writeExactly(bytes, at: size)
        size += Int64(count)
      }
    } catch {
      throw WeightFileError(reading: name, error)
    }
    throw WeightFileError(
      .unsupported, in: name,
      "the text is longer than \(NumberText.bytes(limits.textByteCount)); a model's description was expected "
        + "(--max-memory allows more)")
  }
}
