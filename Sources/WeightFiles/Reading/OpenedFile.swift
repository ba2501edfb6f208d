import Failures
internal import SystemPackage

/// A file that is open for reading, shared by all who read from it, with what takes it apart.
final class OpenedFile: Sendable {
  private let file: InputFile
  let parser: any FileParser
  private let parsing: FileParsing

  private init(_ file: InputFile, _ parser: any FileParser, _ parsing: FileParsing) {
    self.file = file
    self.parser = parser
    self.parsing = parsing
  }

  /// Opens what a user names.
  convenience init(_ source: InputSource, _ parsing: FileParsing) throws(WeightFileError) {
    let folder: KerasFolder? = if case .path(let path) = source { KerasFolder(path) } else { nil }
    let file =
      if let folder { try InputFile(folder, parsing.limits) } else { try InputFile(source, parsing.limits) }
    let parser = parsing.parser(for: file.view)
    self.init(file, parser, parsing)
  }

  /// Opens a regular file that this one names; both are taken apart in one place.
  func neighbor(_ path: String) throws(WeightFileError) -> OpenedFile {
    OpenedFile(try InputFile(regularFile: path, parsing.limits), parser, parsing)
  }

  /// The folder whose files it may refer to; `nil` for none.
  var externals: ExternalFolder? { parsing.externals }

  var name: String { file.view.name }
  var view: FileView { file.view }
  var format: FileFormat { file.format }
  /// The folder that it is in; `nil` for standard input and for what is inside another file.
  var folder: FilePath? { file.folder }

  /// The contents of a text; fails if the file is no text.
  func text() throws(WeightFileError) -> [UInt8] {
    try view.checkText()
    return try view.readAll(parsing.limits)
  }

  /// Refuses a part of the file that is too long to be read at once.
  func checkText(_ count: Int, _ text: String) throws(WeightFileError) {
    try parsing.limits.checkText(Int64(clamping: count), text, in: name)
  }

  /// The model that it describes: a JSON text, the `model_config` of a whole-model HDF5 file, or the
  /// `config.json` of a `.keras` archive.
  func document() throws(WeightFileError) -> ModelDocument {
    switch format {
    case .hdf5: return try parser.model(view)
    case .zip: return try OpenedArchive(self).document()
    case .folder:
      return try unzipped { folder, limits throws(WeightFileError) in try folder.document(limits) }
    case .other: return ModelDocument(text: try text(), kerasVersion: nil, isFile: true)
    }
  }

  /// What a folder holds that is an archive unzipped.
  func unzipped<Value>(
    _ body: (KerasFolder, ReadingLimits) throws(WeightFileError) -> Value
  ) throws(WeightFileError) -> Value {
    guard let folder = KerasFolder(name) else { throw WeightFileError(reading: name, .noSuchFileOrDirectory) }
    return try body(folder, parsing.limits)
  }

  /// A temporary file with what this one has packed.
  func copy(
    named name: String, _ write: (FileDescriptor) throws(WeightFileError) -> Void
  ) throws(WeightFileError) -> OpenedFile {
    OpenedFile(try InputFile(copyOf: name, write), parser, parsing)
  }
}
