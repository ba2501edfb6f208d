import Failures
import OrderedJSON
internal import SystemPackage

/// The unzipped form of a `.keras` archive, which `model.save(folder, zipped=False)` writes: the members of
/// the archive as files.
struct KerasFolder: Sendable {
  let path: String

  /// Fails if the path is not that of such a folder.
  init?(_ path: String) {
    guard POSIXPath.isFile("\(path)/\(Self.weights)"), POSIXPath.isFile("\(path)/config.json") else {
      return nil
    }
    self.path = path
  }

  static let weights = "model.weights.h5"
  /// The most entries of a folder, and the deepest one, that are looked at: assets are few.
  private static let (entryLimit, depthLimit) = (1 << 16, 32)

  func document(_ limits: ReadingLimits) throws(WeightFileError) -> ModelDocument {
    ModelDocument(
      text: try bytes(of: "config.json", limits), kerasVersion: try version(limits), isFile: false)
  }

  /// The version of Keras that the metadata name; `nil` if there are none, or others than Keras writes.
  func version(_ limits: ReadingLimits) throws(WeightFileError) -> String? {
    guard POSIXPath.isFile("\(path)/metadata.json") else { return nil }
    let metadata = try bytes(of: "metadata.json", limits)
    return (try? JSONParser.parse(metadata))?["keras_version"]?.stringValue
  }

  /// The bytes of a member.
  func bytes(of member: String, _ limits: ReadingLimits) throws(WeightFileError) -> [UInt8] {
    let view = try InputFile(regularFile: "\(path)/\(member)", limits).view
    try limits.checkText(view.size, "`\(member)`", in: path)
    return try view.readAll(limits)
  }

  /// What layers keep in files, by the names that an archive would have them under.
  ///
  /// - Throws: if a folder of them cannot be read.
  func assets() throws(WeightFileError) -> [ArchiveAsset] { try assets(in: "assets", depth: 0) }

  private func assets(in folder: String, depth: Int) throws(WeightFileError) -> [ArchiveAsset] {
    let place = "\(path)/\(folder)"
    do throws(Errno) {
      guard try POSIX.status(place) != nil else { return [] }
      // What cannot be listed is not empty.
      try systemCall {
        try unsafe FileDescriptor.open(place, .readOnly, options: [.directory, .closeOnExec]).close()
      }
    } catch {
      throw WeightFileError(reading: place, error)
    }
    guard depth < Self.depthLimit else {
      throw WeightFileError(.malformed, in: place, "folders are nested too deeply")
    }
    var found: [ArchiveAsset] = []
    let names = POSIX.entries(ofFolder: place, limit: Self.entryLimit) { $0 != "." && $0 != ".." }
    for name in names.sorted() {
      let status: FileStatus?
      do throws(Errno) { status = try POSIX.statusOfEntry("\(place)/\(name)") } catch {
        throw WeightFileError(reading: "\(place)/\(name)", error)
      }
      guard let status else { continue }
      if status.isDirectory {
        found += try assets(in: "\(folder)/\(name)", depth: depth + 1)
        continue
      }
      guard status.isRegularFile else {
        throw WeightFileError(
          .refused, in: "\(place)/\(name)", "it is neither a file nor a folder: no link is followed")
      }
      let entry = ArchiveEntry(
        name: "\(folder)/\(name)", method: 0, checksum: 0, storedSize: status.size, size: status.size,
        headerOffset: 0)
      if let asset = ArchiveAsset(entry) { found.append(asset) }
    }
    return found
  }
}
