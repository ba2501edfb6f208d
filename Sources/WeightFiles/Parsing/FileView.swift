import Failures
internal import SystemPackage
import Tensors

/// A file that is open for reading at any offset, or a part of one: a member of an archive. It is open as
/// long as there is a view of it.
struct FileView: Sendable, Hashable {
  /// What the user calls it.
  let name: String
  let descriptor: OpenDescriptor
  /// Where the part begins, in bytes.
  let offset: Int64
  /// How many bytes it has.
  let size: Int64
  /// The other files that this one may refer to.
  let lent: [LentFile]

  init(name: String, descriptor: OpenDescriptor, offset: Int64, size: Int64, lent: [LentFile] = []) {
    self.name = name
    self.descriptor = descriptor
    self.offset = offset
    self.size = size
    self.lent = lent
  }

  /// The same with other files that it may refer to.
  func lending(_ files: [LentFile]) -> FileView {
    FileView(name: name, descriptor: descriptor, offset: offset, size: size, lent: files)
  }

  /// The same by another name.
  func named(_ name: String) -> FileView {
    FileView(name: name, descriptor: descriptor, offset: offset, size: size, lent: lent)
  }

  /// How many bytes it and the others have.
  var sizeWithLent: Int64 { Int64(([size] + lent.map(\.size)).map { Int(clamping: $0) }.saturatingSum) }

  /// A part of it.
  ///
  /// - Throws: if it has no such bytes.
  func part(_ name: String, at start: Int64, size: Int64) throws(WeightFileError) -> FileView {
    try checkExtent(size, at: start)
    return FileView(
      name: name, descriptor: descriptor, offset: offset + start, size: size)
  }

  /// Fills a buffer with bytes at an offset; fails if the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at start: Int64) throws(WeightFileError) {
    try checkExtent(Int64(buffer.count), at: start)
    do throws(Errno) {
      if try unsafe file.readExactly(into: buffer, at: offset + start) { return }
    } catch {
      throw WeightFileError(reading: name, error)
    }
    throw shortened
  }

  /// Bytes at an offset; fails if the file ends before.
  func read(_ count: Int, at start: Int64) throws(WeightFileError) -> [UInt8] {
    try checkExtent(Int64(count), at: start)
    do throws(Errno) {
      if let bytes = try file.readExactly(count, at: offset + start) { return bytes }
    } catch {
      throw WeightFileError(reading: name, error)
    }
    throw shortened
  }

  /// All bytes, unless there are more than a limit allows.
  func readAll(_ limits: ReadingLimits) throws(WeightFileError) -> [UInt8] {
    try limits.checkText(size, "the file", in: name)
    return try read(Int(size), at: 0)
  }

  private var file: FileDescriptor { descriptor.file }

  private func checkExtent(_ count: Int64, at start: Int64) throws(WeightFileError) {
    guard count >= 0, start >= 0, start <= size, count <= size - start else {
      throw WeightFileError(
        .malformed, in: name,
        "the file ends at byte \(size), before byte \(start) + \(count): it is truncated")
    }
  }

  private var shortened: WeightFileError {
    WeightFileError(.unreadable, in: name, "the file became shorter while it was read")
  }
}
