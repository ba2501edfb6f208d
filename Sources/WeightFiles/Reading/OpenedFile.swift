import Failures
internal import SystemPackage

/// A file that is open for reading, shared by all who read from it.
final class OpenedFile: Sendable {
  private let file: InputFile
  /// What was unpacked of it.
  let chunks = ChunkCache()

  init(_ file: consuming InputFile) { self.file = file }

  /// Opens what a user names.
  convenience init(_ source: InputSource) throws(WeightFileError) { self.init(try InputFile(source)) }

  var name: String { file.name }
  var path: String { file.path }
  /// In bytes.
  var size: Int64 { file.size }
  var format: FileFormat { file.format }
  /// The folder that it is in; `nil` for standard input and for what is inside another file.
  var folder: FilePath? { file.folder }

  /// Fills a buffer with bytes at an offset.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(WeightFileError) {
    try file.read(into: buffer, at: offset)
  }

  /// The model that it describes beside its weights.
  func document() throws(WeightFileError) -> ModelDocument { try ModelDocument.read(file) }

  /// The contents of a text; fails if there is none, or the file is no text.
  func text(limit: Int) throws(WeightFileError) -> [UInt8] {
    try file.checkText()
    return try file.readAll(limit: limit)
  }

  /// The version that the archive's metadata name.
  func archiveVersion() throws(WeightFileError) -> String? {
    let archive = try ArchiveDirectory(file)
    guard let entry = archive.entry("metadata.json") else { return nil }
    return MetadataVersion.read(try archive.contents(of: entry, in: file, limit: 1 << 20))
  }

  /// A member of the ZIP archive that this file is, as a file of its own.
  func archiveMember(_ member: String) throws(WeightFileError) -> OpenedFile {
    let archive = try ArchiveDirectory(file)
    guard let entry = archive.entry(member) else {
      if let foreign = archive.foreignFile { throw foreign.error(in: name) }
      throw WeightFileError(
        .malformed, in: name, "the archive has no `\(member)`: it is not a .keras file with weights")
    }
    let copy = try InputFile(copyOf: "\(name): \(member)") { descriptor throws(WeightFileError) in
      try archive.extract(entry, from: file, to: descriptor)
    }
    guard copy.format == .hdf5 else {
      throw WeightFileError(.malformed, in: name, "`\(member)` is not an HDF5 file")
    }
    return OpenedFile(copy)
  }
}
