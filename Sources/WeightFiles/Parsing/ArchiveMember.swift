internal import CZlib
import Failures

/// A member of a ZIP archive that is read.
struct ArchiveMember {
  private let entry: ArchiveEntry
  private let archive: FileView

  init(_ entry: ArchiveEntry, in archive: FileView) {
    self.entry = entry
    self.archive = archive
  }

  /// Where its bytes begin in the archive.
  func place() throws(WeightFileError) -> Int64 {
    let header = try archive.read(30, at: entry.headerOffset)
    let nameLength = Int(header.littleEndian(26, 2))
    guard header.littleEndian(0, 4) == 0x0403_4B50 else { throw misplaced }
    let name = try archive.read(nameLength, at: entry.headerOffset + 30)
    guard String(decoding: name, as: UTF8.self) == entry.name else { throw misplaced }
    guard header.littleEndian(6, 2) & 1 == 0 else {
      throw WeightFileError(.unsupported, in: archive.name, "`\(entry.name)` is encrypted")
    }
    guard entry.method == 0 || entry.method == 8 else {
      throw WeightFileError(
        .unsupported, in: archive.name,
        "`\(entry.name)` is compressed by method \(entry.method); only deflate is read")
    }
    guard entry.method != 0 || entry.size == entry.storedSize else { throw damage }
    let place = entry.headerOffset + 30 + Int64(nameLength) + Int64(header.littleEndian(28, 2))
    guard place <= archive.size, entry.storedSize <= archive.size - place else {
      throw WeightFileError(
        .malformed, in: archive.name, "the ZIP archive is truncated: `\(entry.name)` ends after its end")
    }
    return place
  }

  /// Where the bytes of a member begin that is not packed, and are those that the archive promises.
  func checkedPlace() throws(WeightFileError) -> Int64 {
    let place = try place()
    var checksum = Checksum()
    var offset: Int64 = 0
    while offset < entry.size {
      let block = try archive.read(Int(min(1 << 20, entry.size - offset)), at: place + offset)
      unsafe block.withUnsafeBytes { unsafe checksum.add($0) }
      offset += Int64(block.count)
    }
    guard checksum.value == entry.checksum else { throw damage }
    return place
  }

  /// All bytes of a member that is a text.
  func text(_ limits: ReadingLimits) throws(WeightFileError) -> [UInt8] {
    try limits.checkText(max(entry.size, entry.storedSize), "`\(entry.name)`", in: archive.name)
    var unpacking = try MemberUnpacking(entry, in: archive)
    var bytes = [UInt8](repeating: 0, count: Int(entry.size) + 1)
    var count = 0
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    while true {
      var part = raw._mutatingExtracting(count..<raw.byteCount)
      let more = try unpacking.next(&part)
      guard more > 0 else { break }
      count += more
    }
    return Array(bytes.prefix(count))
  }

  /// Refuses to unpack what hardly anything is stored of.
  func checkSize() throws(WeightFileError) {
    let isBacked = ReadingLimits.isBacked(
      byteCount: Int(clamping: entry.size), by: UInt64(clamping: entry.storedSize))
    // Unpacked, it takes room on the disk.
    guard isBacked || entry.size <= ReadingLimits.freeByteCount,
      entry.size <= 1 << 30 || entry.size / 100 <= entry.storedSize
    else {
      throw WeightFileError(
        .malformed, in: archive.name,
        "`\(entry.name)` claims \(entry.size) bytes in \(entry.storedSize): no weights compress that well")
    }
  }

  var damage: WeightFileError {
    WeightFileError(
      .malformed, in: archive.name, "the ZIP archive is damaged: `\(entry.name)` fails its checksum")
  }

  private var misplaced: WeightFileError {
    WeightFileError(
      .malformed, in: archive.name,
      "the ZIP archive is damaged: `\(entry.name)` is not where the central directory says")
  }

  /// A CRC-32.
  struct Checksum {
    private var sum = crc32(0, nil, 0)

    var value: UInt32 { UInt32(truncatingIfNeeded: sum) }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
      sum = unsafe crc32(sum, bytes.bindMemory(to: UInt8.self).baseAddress, UInt32(clamping: bytes.count))
    }
  }
}
