/// A part of an open file that is an HDF5 file of its own: all of it, or a member of an archive.
public struct HDF5FileView: Sendable, Hashable {
  /// The descriptor, which must be open as long as the view is used.
  public let descriptor: Int32
  /// Where the part begins, in bytes.
  public let offset: UInt64
  /// How many bytes it has.
  public let size: UInt64
  /// The other files that this one may refer to.
  public let lent: [LentFile]

  /// Another file, as the one that refers to it names it.
  public struct LentFile: Sendable, Hashable {
    public let name: String
    /// The descriptor, which must be open as long as the view is used.
    public let descriptor: Int32
    /// How many bytes it has.
    public let size: UInt64

    public init(name: String, descriptor: Int32, size: UInt64) {
      self.name = name
      self.descriptor = descriptor
      self.size = size
    }
  }

  public init(descriptor: Int32, offset: UInt64 = 0, size: UInt64, lent: [LentFile] = []) {
    self.descriptor = descriptor
    self.offset = offset
    self.size = size
    self.lent = lent
  }
}
