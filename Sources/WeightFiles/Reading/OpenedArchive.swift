import Failures
import OrderedJSON
internal import SystemPackage
import Tensors

/// A `.keras` archive that is open.
struct OpenedArchive {
  private let file: OpenedFile
  private let entries: [ArchiveEntry]

  init(_ file: OpenedFile) throws(WeightFileError) {
    entries = try file.parser.members(file.view)
    self.file = file
  }

  /// What `config.json` describes.
  func document() throws(WeightFileError) -> ModelDocument {
    guard let config = entry("config.json") else {
      if let foreign = foreignFile { throw foreign.error(in: file.name) }
      throw WeightFileError(
        .notFound, in: file.name, "the archive has no `config.json`: it is not a .keras file")
    }
    return ModelDocument(text: try text(config), kerasVersion: try version(), isFile: false)
  }

  /// The version of Keras that the metadata name; `nil` if there are none, or others than Keras writes:
  /// nothing depends on it.
  func version() throws(WeightFileError) -> String? {
    guard let metadata = entry("metadata.json") else { return nil }
    return (try? JSONParser.parse(try text(metadata)))?["keras_version"]?.stringValue
  }

  /// The HDF5 file with the weights: where it lies in the archive or, if it is packed there, in a temporary
  /// copy.
  func weights() throws(WeightFileError) -> (FileView, in: OpenedFile) {
    let member = Self.weights
    guard let entry = entry(member) else {
      if let foreign = foreignFile { throw foreign.error(in: file.name) }
      throw WeightFileError(
        .malformed, in: file.name, "the archive has no `\(member)`: it is not a .keras file with weights")
    }
    let name = "\(file.name): \(member)"
    let (opened, view) = entry.isStored ? (file, try stored(entry, name)) : try unpacked(entry, name)
    guard try FileFormat(view) == .hdf5 else {
      throw WeightFileError(.malformed, in: file.name, "`\(member)` is not an HDF5 file")
    }
    return (view, opened)
  }

  private static let weights = "model.weights.h5"

  /// What layers keep in files.
  var assets: [ArchiveAsset] { entries.compactMap(ArchiveAsset.init) }

  /// What is none of Keras's members, nor a folder of them.
  var otherMembers: [String] {
    entries.filter {
      ![Self.weights, "config.json", "metadata.json"].contains($0.name) && !$0.name.hasSuffix("/")
        && ArchiveAsset($0) == nil
    }.map(\.name)
  }

  /// The bytes of assets.
  func members(_ assets: [ArchiveAsset]) throws(WeightFileError) -> [FileLayout.Member] {
    try file.checkText(assets.map { Int(clamping: $0.byteCount) }.saturatingSum, "all of `assets`")
    var members: [FileLayout.Member] = []
    for asset in assets {
      members.append(FileLayout.Member(name: asset.name, bytes: try text(asset.entry)))
    }
    return members
  }

  private func entry(_ name: String) -> ArchiveEntry? { entries.first { $0.name == name } }

  /// What the archive is if another program wrote it.
  private var foreignFile: ForeignFile? { ForeignFile(members: entries.map(\.name)) }

  private func text(_ entry: ArchiveEntry) throws(WeightFileError) -> [UInt8] {
    try file.parser.text(entry, in: file.view)
  }

  private func stored(_ entry: ArchiveEntry, _ name: String) throws(WeightFileError) -> FileView {
    try file.view.part(name, at: file.parser.place(entry, in: file.view), size: entry.size)
  }

  private func unpacked(
    _ entry: ArchiveEntry, _ name: String
  ) throws(WeightFileError) -> (OpenedFile, FileView) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: CellParser.blockByteCount, alignment: 64)
    defer { unsafe buffer.deallocate() }
    let copy = try file.copy(named: name) { descriptor throws(WeightFileError) in
      var offset: Int64 = 0
      while true {
        var span = unsafe buffer.mutableBytes
        let count = try file.parser.fill(&span, .unpacked(file.view, entry))
        guard count > 0 else { break }
        offset += Int64(count)
        guard count <= buffer.count, offset <= entry.size else { throw CellParser.nonsense(file.name) }
        do throws(Errno) {
          try unsafe descriptor.writeExactly(
            UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset - Int64(count))
        } catch {
          throw WeightFileError(writing: file.name, attempt: "unpack the archive", error)
        }
      }
    }
    return (copy, copy.view)
  }
}
