internal import CZlib
import Failures
internal import SystemPackage

/// The central directory of a ZIP archive.
///
/// PKWARE's APPNOTE, sections 4.3.7 to 4.3.16; with the 64-bit extension.
struct ArchiveDirectory {
  struct Entry: Sendable {
    let name: String
    /// 0 for stored, 8 for deflated.
    let method: UInt16
    let checksum: UInt32
    let storedSize: Int64
    let size: Int64
    let headerOffset: Int64
  }

  let entries: [Entry]

  /// The end record is 22 bytes and a comment of at most 65,535.
  private static let endRecordReach: Int64 = 22 + 65535

  init(_ file: borrowing InputFile) throws(WeightFileError) {
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
    var entries: [Entry] = []
    while Int64(entries.count) < count {
      let header = try file.read(46, at: offset)
      guard header.littleEndian(0, 4) == 0x0201_4B50 else { throw damage }
      let nameLength = Int(header.littleEndian(28, 2))
      let extraLength = Int(header.littleEndian(30, 2))
      let commentLength = Int(header.littleEndian(32, 2))
      let variable = try file.read(nameLength + extraLength, at: offset + 46)
      entries.append(Entry(header: header, name: variable[..<nameLength], extra: variable[nameLength...]))
      offset += 46 + Int64(nameLength + extraLength + commentLength)
    }
    self.entries = entries
  }

  private static func isEndRecord(_ bytes: [UInt8], _ offset: Int) -> Bool {
    bytes.count >= offset + 22 && bytes.littleEndian(offset, 4) == 0x0605_4B50
      && bytes.count == offset + 22 + Int(bytes.littleEndian(offset + 20, 2))
  }

  func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

  /// What the archive is if another program wrote it.
  var foreignFile: ForeignFile? { ForeignFile(members: entries.map(\.name)) }

  /// The bytes of an entry, unless there are more than a limit.
  func contents(
    of entry: Entry, in file: borrowing InputFile, limit: Int
  ) throws(WeightFileError) -> [UInt8] {
    guard (0...Int64(limit)).contains(entry.size), (0...Int64(limit)).contains(entry.storedSize) else {
      throw WeightFileError(
        .unsupported, in: file.name, "`\(entry.name)` claims \(entry.size) bytes; at most \(limit) are read")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(entry.size))
    try read(entry, in: file) { block throws(WeightFileError) in bytes.append(contentsOf: block) }
    return bytes
  }

  /// What deflate makes a hundredth of is hardly weights.
  private static let unpackedLimit: Int64 = 1 << 30
  private static let ratioLimit: Int64 = 100

  /// Copies the bytes of an entry, of any size that its packed bytes can stand for, to a file.
  func extract(
    _ entry: Entry, from file: borrowing InputFile, to descriptor: FileDescriptor
  ) throws(WeightFileError) {
    let name = file.name
    guard entry.size <= Self.unpackedLimit || entry.size / Self.ratioLimit <= entry.storedSize else {
      throw WeightFileError(
        .malformed, in: name,
        "`\(entry.name)` claims \(entry.size) bytes in \(entry.storedSize): no weights compress that well")
    }
    var offset: Int64 = 0
    try read(entry, in: file) { block throws(WeightFileError) in
      do throws(Errno) { try descriptor.writeExactly(block, at: offset) } catch {
        throw WeightFileError(writing: name, attempt: "unpack the archive", error)
      }
      offset += Int64(block.count)
    }
  }

  /// Hands the bytes of an entry over block by block: never more than the directory promises, and an error in
  /// the end if they are others.
  private func read(
    _ entry: Entry, in file: borrowing InputFile,
    _ consume: (UnsafeRawBufferPointer) throws(WeightFileError) -> Void
  ) throws(WeightFileError) {
    let header = try file.read(30, at: entry.headerOffset)
    guard header.littleEndian(0, 4) == 0x0403_4B50 else {
      throw WeightFileError(
        .malformed, in: file.name,
        "the ZIP archive is damaged: `\(entry.name)` is not where the central directory says")
    }
    let damage = WeightFileError(
      .malformed, in: file.name, "the ZIP archive is damaged: `\(entry.name)` fails its checksum")
    var checksum = crc32(0, nil, 0)
    var count: Int64 = 0
    func check(_ block: UnsafeRawBufferPointer) throws(WeightFileError) {
      count += Int64(block.count)
      guard count <= entry.size else { throw damage }
      checksum = crc32(checksum, block.bindMemory(to: UInt8.self).baseAddress, UInt32(block.count))
      try consume(block)
    }
    let inflater: Inflater?
    switch entry.method {
    case 0: inflater = nil
    case 8: inflater = Inflater()
    default:
      throw WeightFileError(
        .unsupported, in: file.name,
        "`\(entry.name)` is compressed by method \(entry.method); only deflate is read")
    }
    var offset = entry.headerOffset + 30 + Int64(header.littleEndian(26, 2) + header.littleEndian(28, 2))
    var rest = entry.storedSize
    while rest > 0 {
      let block = try file.read(Int(min(1 << 20, rest)), at: offset)
      offset += Int64(block.count)
      rest -= Int64(block.count)
      guard let inflater else {
        try block.withUnsafeBufferPointer { bytes throws(WeightFileError) in
          try check(UnsafeRawBufferPointer(bytes))
        }
        continue
      }
      let isSound = try inflater.inflate(block) { bytes throws(WeightFileError) in try check(bytes) }
      guard isSound else { throw damage }
    }
    guard count == entry.size, UInt32(truncatingIfNeeded: checksum) == entry.checksum else { throw damage }
  }
}

extension ArchiveDirectory.Entry {
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
  fileprivate func littleEndian(_ offset: Int, _ count: Int) -> UInt64 {
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
