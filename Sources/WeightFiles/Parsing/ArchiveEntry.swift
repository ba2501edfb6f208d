/// A member of a ZIP archive, as the central directory describes it.
struct ArchiveEntry: Sendable, Hashable {
  let name: String
  /// 0 for stored, 8 for deflated.
  let method: UInt16
  let checksum: UInt32
  let storedSize: Int64
  let size: Int64
  let headerOffset: Int64

  /// Whether its bytes lie in the archive as they are.
  var isStored: Bool { method == 0 }
}
