import Failures
internal import HDF5
internal import SystemPackage

/// The description of a model, from wherever a user may have it.
package struct ModelDocument: Sendable {
  /// The JSON text, UTF-8.
  package let text: [UInt8]
  /// The Keras version that the surrounding file names.
  package let kerasVersion: String?
  /// Whether the text is the file itself, so that lines and columns mean something to its author.
  package let isFile: Bool

  package init(text: [UInt8], kerasVersion: String?, isFile: Bool) {
    self.text = text
    self.kerasVersion = kerasVersion
    self.isFile = isFile
  }

  /// Whether it begins as JSON of an object does.
  package var startsAsJSON: Bool { text.first { !($0 == 32 || (9...13).contains($0)) } == UInt8(ascii: "{") }

  /// Larger texts are refused; the largest real ones have some ten megabytes.
  static let byteLimit = 1 << 30

  /// Reads a JSON file, the `model_config` of a whole-model HDF5 file or the `config.json` of a `.keras`
  /// archive.
  package static func read(_ source: InputSource) throws(WeightFileError) -> ModelDocument {
    try read(InputFile(source))
  }

  /// The contents of a text file, of up to 1 GiB.
  package static func text(_ source: InputSource) throws(WeightFileError) -> [UInt8] {
    try InputFile(source).readAll(limit: byteLimit)
  }

  /// The same of a file that is open already.
  static func read(_ source: borrowing InputFile) throws(WeightFileError) -> ModelDocument {
    switch source.format {
    case .hdf5: return try readHDF5(source)
    case .zip: return try readArchive(source)
    case .other:
      try source.checkText()
      return ModelDocument(
        text: try source.readAll(limit: byteLimit), kerasVersion: nil, isFile: true)
    }
  }

  private static func readHDF5(_ source: borrowing InputFile) throws(WeightFileError) -> ModelDocument {
    let name = source.name
    let path = source.path
    let config: HDF5AttributeValue?
    let version: HDF5AttributeValue?
    do throws(HDF5Error) {
      (config, version) = try HDF5Session.run { session throws(HDF5Error) in
        let root = try session.openFile(at: path).root()
        return (try root.attribute("model_config"), try root.attribute("keras_version"))
      }
    } catch {
      throw WeightFileError(in: name, error)
    }
    guard case .string(let text)? = config else {
      throw WeightFileError(
        .notFound, in: name,
        "the HDF5 file has no `model_config`: it holds weights only, and an architecture is needed")
    }
    let kerasVersion: String? = if case .string(let version)? = version { version } else { nil }
    return ModelDocument(text: Array(text.utf8), kerasVersion: kerasVersion, isFile: false)
  }

  private static func readArchive(_ source: borrowing InputFile) throws(WeightFileError) -> ModelDocument {
    let archive = try ArchiveDirectory(source)
    guard let entry = archive.entry("config.json") else {
      if let foreign = archive.foreignFile { throw foreign.error(in: source.name) }
      throw WeightFileError(
        .notFound, in: source.name, "the archive has no `config.json`: it is not a .keras file")
    }
    var version: String?
    if let entry = archive.entry("metadata.json") {
      version = MetadataVersion.read(try archive.contents(of: entry, in: source, limit: 1 << 20))
    }
    return ModelDocument(
      text: try archive.contents(of: entry, in: source, limit: byteLimit), kerasVersion: version,
      isFile: false)
  }
}
