import Failures

/// The bytes of an archive's member, from the first to the last: never more than the directory promises, and
/// an error in the end if they are others.
struct MemberUnpacking {
  private let archive: FileView
  private let entry: ArchiveEntry
  private let inflater: Inflater?
  private var input: ArraySlice<UInt8> = []
  private var offset: Int64
  private var rest: Int64
  private var count: Int64 = 0
  private var checksum = ArchiveMember.Checksum()

  private static let inputSize: Int64 = 1 << 18

  init(_ entry: ArchiveEntry, in archive: FileView) throws(WeightFileError) {
    let member = ArchiveMember(entry, in: archive)
    offset = try member.place()
    try member.checkSize()
    self.archive = archive
    self.entry = entry
    rest = entry.storedSize
    inflater = entry.isStored ? nil : Inflater()
  }

  /// Writes the next bytes.
  ///
  /// - Parameter bytes: where; all of them are filled unless the member ends.
  /// - Returns: how many there are; 0 at the end.
  /// - Throws: if they are not what the archive promises.
  mutating func next(_ bytes: inout MutableRawSpan) throws(WeightFileError) -> Int {
    var filled = 0
    while filled < bytes.byteCount {
      if input.isEmpty, rest > 0 {
        let block = try archive.read(Int(min(Self.inputSize, rest)), at: offset)
        offset += Int64(block.count)
        rest -= Int64(block.count)
        input = block[...]
      }
      var part = bytes._mutatingExtracting(filled..<bytes.byteCount)
      guard let more = unpack(&part) else { throw ArchiveMember(entry, in: archive).damage }
      filled += more
      count += Int64(more)
      guard count <= entry.size else { throw ArchiveMember(entry, in: archive).damage }
      if more == 0, input.isEmpty, rest == 0 { break }
    }
    if filled == 0 {
      let isAtEnd = rest == 0 && input.isEmpty && inflater?.isAtEnd != false
      guard isAtEnd, count == entry.size, checksum.value == entry.checksum else {
        throw ArchiveMember(entry, in: archive).damage
      }
    }
    return filled
  }

  /// Unpacks some of the input; `nil` if it is damaged.
  private mutating func unpack(_ bytes: inout MutableRawSpan) -> Int? {
    guard !input.isEmpty || inflater != nil else { return 0 }
    if inflater?.isAtEnd == true { return input.isEmpty && rest == 0 ? 0 : nil }
    return unsafe bytes.withUnsafeMutableBytes { output in
      let count: Int
      if let inflater {
        guard let inflated = unsafe inflater.inflate(&input, into: output) else { return nil }
        count = inflated
      } else {
        count = min(output.count, input.count)
        unsafe output.copyBytes(from: input.prefix(count))
        input = input.dropFirst(count)
      }
      unsafe checksum.add(UnsafeRawBufferPointer(rebasing: output[..<count]))
      return count
    }
  }
}
