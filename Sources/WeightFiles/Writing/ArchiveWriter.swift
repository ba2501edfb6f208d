internal import SystemPackage

/// A ZIP archive around an HDF5 file: the file is written in place, behind 512 bytes that HDF5 leaves to
/// others, which become the header of the first member; the other members follow.
///
/// PKWARE's APPNOTE, sections 4.3.7 to 4.5.3. All members are stored, all dates are those of 1980.
struct ArchiveWriter {
  /// HDF5's smallest user block, and where the first member's bytes begin.
  static let userBlockSize = 512

  private struct Entry {
    let name: [UInt8]
    let checksum: UInt32
    let byteCount: UInt64
    let headerOffset: UInt64
  }

  private let descriptor: FileDescriptor

  init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Makes an archive of a file whose HDF5 part is complete.
  ///
  /// - Parameters:
  ///   - member: the name of the HDF5 file in the archive.
  ///   - size: the size of the file so far.
  ///   - checksums: those of what was written past libhdf5.
  ///   - others: the other members.
  /// - Throws: why the file cannot be read or written.
  func finish(
    _ member: String, size: Int64, _ checksums: SegmentChecksums, others: [FileLayout.Member]
  ) throws(Errno) {
    try makeRelative(size)
    let start = Int64(Self.userBlockSize)
    let checksum = try checksums.checksum(of: start..<size) { count, offset throws(Errno) in
      guard let bytes = try descriptor.readExactly(count, at: offset) else { throw .ioError }
      return bytes
    }
    var entries = [
      Entry(
        name: Array(member.utf8), checksum: checksum, byteCount: UInt64(size - start), headerOffset: 0)
    ]
    try descriptor.writeExactly(Self.localHeader(entries[0], paddedTo: Self.userBlockSize), at: 0)
    var offset = size
    for other in others {
      let bytes = other.bytes
      let entry = unsafe Entry(
        name: Array(other.name.utf8),
        checksum: UInt32(
          truncatingIfNeeded: bytes.withUnsafeBytes { unsafe SegmentChecksums.checksum(of: $0) }),
        byteCount: UInt64(bytes.count), headerOffset: UInt64(offset))
      let header = Self.localHeader(entry)
      try descriptor.writeExactly(header + bytes, at: offset)
      offset += Int64(header.count + bytes.count)
      entries.append(entry)
    }
    try descriptor.writeExactly(Self.directory(entries, at: UInt64(offset)), at: offset)
  }

  /// The superblock counts addresses from the start of the file with the archive; as a member it must count
  /// from its own.
  private func makeRelative(_ size: Int64) throws(Errno) {
    let start = Int64(Self.userBlockSize)
    guard let superblock = try descriptor.readExactly(48, at: start) else { throw .ioError }
    // Version 0 has addresses of eight bytes at 24 (base) and 40 (end of file), and no checksum. Of any other
    // HDF5 itself works out what is meant.
    guard superblock[8] == 0, superblock[13] == 8 else { return }
    try descriptor.writeExactly(Self.bytes(0, 8), at: start + 24)
    try descriptor.writeExactly(Self.bytes(UInt64(size - start), 8), at: start + 40)
  }
}

// MARK: - Records

extension ArchiveWriter {
  private static let limit: UInt64 = 0xFFFF_FFFF

  private static func localHeader(_ entry: Entry, paddedTo size: Int? = nil) -> [UInt8] {
    let isLarge = entry.byteCount >= limit
    var extra =
      isLarge ? bytes(1, 2) + bytes(16, 2) + bytes(entry.byteCount, 8) + bytes(entry.byteCount, 8) : []
    if let size {
      // A field that says nothing, as Android's zipalign writes it.
      let padding = size - 30 - entry.name.count - extra.count - 4
      extra += bytes(0xD935, 2) + bytes(UInt64(padding), 2) + [UInt8](repeating: 0, count: padding)
    }
    return bytes(0x0403_4B50, 4) + common(entry, version: isLarge ? 45 : 20, isLarge: isLarge)
      + bytes(UInt64(entry.name.count), 2) + bytes(UInt64(extra.count), 2) + entry.name + extra
  }

  /// What a local header and an entry of the directory share: from the version needed to the sizes.
  private static func common(_ entry: Entry, version: UInt64, isLarge: Bool) -> [UInt8] {
    let size = isLarge ? limit : entry.byteCount
    // No flags, stored, midnight of 1 January 1980.
    return bytes(version, 2) + bytes(0, 2) + bytes(0, 2) + bytes(0, 2) + bytes(0x21, 2)
      + bytes(UInt64(entry.checksum), 4) + bytes(size, 4) + bytes(size, 4)
  }

  private static func directory(_ entries: [Entry], at start: UInt64) -> [UInt8] {
    var records: [UInt8] = []
    for entry in entries {
      let isLarge = entry.byteCount >= limit
      let isFar = entry.headerOffset >= limit
      var sizes: [UInt8] = isLarge ? bytes(entry.byteCount, 8) + bytes(entry.byteCount, 8) : []
      if isFar { sizes += bytes(entry.headerOffset, 8) }
      let extra = sizes.isEmpty ? [] : bytes(1, 2) + bytes(UInt64(sizes.count), 2) + sizes
      // Made on Unix by version 4.5 of the format; readable and writable by the owner.
      records +=
        bytes(0x0201_4B50, 4) + bytes(0x032D, 2)
        + common(entry, version: sizes.isEmpty ? 20 : 45, isLarge: isLarge)
      records +=
        bytes(UInt64(entry.name.count), 2) + bytes(UInt64(extra.count), 2) + bytes(0, 2) + bytes(0, 2)
      records += bytes(0, 2) + bytes(0o600 << 16, 4) + bytes(isFar ? limit : entry.headerOffset, 4)
      records += entry.name + extra
    }
    let (count, size) = (UInt64(entries.count), UInt64(records.count))
    var end: [UInt8] = []
    if start >= limit {
      end +=
        bytes(0x0606_4B50, 4) + bytes(44, 8) + bytes(0x032D, 2) + bytes(45, 2) + bytes(0, 4) + bytes(0, 4)
      end += bytes(count, 8) + bytes(count, 8) + bytes(size, 8) + bytes(start, 8)
      end += bytes(0x0706_4B50, 4) + bytes(0, 4) + bytes(start + size, 8) + bytes(1, 4)
    }
    end += bytes(0x0605_4B50, 4) + bytes(0, 2) + bytes(0, 2) + bytes(count, 2) + bytes(count, 2)
    end += bytes(size, 4) + bytes(min(start, limit), 4) + bytes(0, 2)
    return records + end
  }

  /// A number in little-endian order.
  private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
