internal import HDF5
import Synchronization
import Tensors

/// Takes files apart in this process.
final class LocalParser: FileParser {
  private let limits: ReadingLimits
  private let files = Mutex<[FileView: HDF5Values]>([:])
  private let unpacking = Mutex<[ArchiveEntry: MemberUnpacking]>([:])

  init(_ limits: ReadingLimits) { self.limits = limits }

  func answer(_ request: ParserRequest) throws(WeightFileError) -> ParserReply {
    switch request {
    case .tree(let view, let member, let firstIndex):
      return .tree(try TreeReader.read(view, member: member, firstIndex: firstIndex))
    case .model(let view): return .model(try ModelDocument(hdf5: view, limits))
    case .archive(let view): return .archive(try ArchiveDirectory(view).entries)
    case .place(let view, let entry): return .place(try ArchiveMember(entry, in: view).checkedPlace())
    case .text(let view, let entry): return .text(try ArchiveMember(entry, in: view).text(limits))
    }
  }

  func fill(_ bytes: inout MutableRawSpan, _ request: BlockRequest) throws(WeightFileError) -> Int {
    switch request {
    case .values(let view, let tensor, let range):
      let values = files.withLock { files in
        if let values = files[view] { return values }
        let values = HDF5Values(view, limits)
        files[view] = values
        return values
      }
      try values.fill(&bytes, tensor, range)
      return bytes.byteCount
    case .unpacked(let view, let entry):
      return try unpacking.withLock { unpacking throws(WeightFileError) in
        var member =
          if let begun = unpacking[entry] { begun } else { try MemberUnpacking(entry, in: view) }
        let count = try member.next(&bytes)
        // Whoever asks once more after the end gets it from the beginning.
        unpacking[entry] = count == 0 ? nil : member
        return count
      }
    }
  }
}
