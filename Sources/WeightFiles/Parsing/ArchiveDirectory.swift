import Failures

/// The central directory of a ZIP archive.
///
/// PKWARE's APPNOTE, sections 4.3.7 to 4.3.16; with the 64-bit extension.
struct ArchiveDirectory {
  /// No two of them have one name.
  let entries: [ArchiveEntry]

  /// The end record is 22 bytes and a comment of at most 65,535.
  private static let endRecordReach: Int64 = 22 + 65535

  /// A `.keras` archive has three members and some for vocabularies.
  private static let countLimit = 1 << 16

  init(_ file: FileView) throws(WeightFileError) {
    let damage = WeightFileError(
      .malformed, in: file.name, "the ZIP archive is damaged: it has no central directory")
    let tailStart = max(0, file.size - Self.endRecordReach)
    let tail = try file.read(Int(file.size - tailStart), at: tailStart)
    guard let end = (0...max(0, tail.count - 22)).reversed().first(where: { Self.isEndRecord(tail, $0) })
    else { throw damage }
    var count = Int64(tail.littleEndian(end + 10, 2))
    var offset = Int64(tail.littleEndian(end + 16, 4))
    if count == 0xFFFF || offset == 0xFFFF_FFFF, end >= 20 {
      // The 64-bit end record is found through its locator, right before the end record.
      let recordOffset = Int64(truncatingIfNeeded: tail.littleEndian(end - 20 + 8, 8))
      let record = try file.read(56, at: recordOffset)
      guard record.littleEndian(0, 4) == 0x0606_4B50 else { throw damage }
      count = Int64(truncatingIfNeeded: record.littleEndian(32, 8))
      offset = Int64(truncatingIfNeeded: record.littleEndian(48, 8))
    }
    guard (0...Int64(Self.countLimit)).contains(count) else {
      throw WeightFileError(
        .unsupported, in: file.name,
        "the ZIP archive claims \(count) members; at most \(Self.countLimit) are read")
    }
    var entries: [ArchiveEntry] = []
    var names: Set<String> = []
    while Int64(entries.count) < count {
      let header = try file.read(46, at: offset)
      guard header.littleEndian(0, 4) == 0x0201_4B50 else { throw damage }
      let nameLength = Int(header.littleEndian(28, 2))
      let extraLength = Int(header.littleEndian(30, 2))
      let commentLength = Int(header.littleEndian(32, 2))
      let variable = try file.read(nameLength + extraLength, at: offset + 46)
      let entry = ArchiveEntry(
        header: header, name: variable[..<nameLength], extra: variable[nameLength...])
      // Which of two is meant, readers do not agree on.
      guard names.insert(entry.name).inserted else {
        throw WeightFileError(
          .malformed, in: file.name, "the ZIP archive has two members `\(entry.name)`")
      }
      entries.append(entry)
      offset += 46 + Int64(nameLength + extraLength + commentLength)
    }
    self.entries = entries
  }

  private static func isEndRecord(_ bytes: [UInt8], _ offset: Int) -> Bool {
    bytes.count >= offset + 22 && bytes.littleEndian(offset, 4) == 0x0605_4B50
      && bytes.count == offset + 22 + Int(bytes.littleEndian(offset + 20, 2))
  }
}

extension ArchiveEntry {
  fileprivate init(header: [UInt8], name: ArraySlice<UInt8>, extra: ArraySlice<UInt8>) {
    var size = header.littleEndian(24, 4)
    var storedSize = header.littleEndian(20, 4)
    var headerOffset = header.littleEndian(42, 4)
    // The 64-bit field holds, in this order, what does not fit its 32-bit place.
    var wide = Array(extra).extraField(0x0001)[...]
    func widen(_ value: inout UInt64) {
      guard value == 0xFFFF_FFFF, wide.count >= 8 else { return }
      value = Array(wide.prefix(8)).littleEndian(0, 8)
      wide = wide.dropFirst(8)
    }
    widen(&size)
    widen(&storedSize)
    widen(&headerOffset)
    self.init(
      name: String(decoding: name, as: UTF8.self), method: UInt16(header.littleEndian(10, 2)),
      checksum: UInt32(header.littleEndian(16, 4)), storedSize: Int64(clamping: storedSize),
      size: Int64(clamping: size), headerOffset: Int64(clamping: headerOffset))
  }
}

extension [UInt8] {
  /// An unsigned number of up to eight bytes; all of them must be there.
  func littleEndian(_ offset: Int, _ count: Int) -> UInt64 {
    self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The data of an extra field; empty if there is none of that identifier.
  fileprivate func extraField(_ identifier: UInt64) -> [UInt8] {
    var offset = 0
    while offset + 4 <= count {
      let size = Int(littleEndian(offset + 2, 2))
      guard offset + 4 + size <= count else { return [] }
      if littleEndian(offset, 2) == identifier { return Array(self[offset + 4..<offset + 4 + size]) }
      offset += 4 + size
    }
    return []
  }
}
