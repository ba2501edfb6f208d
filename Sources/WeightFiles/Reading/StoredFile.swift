import Failures
import Tensors

/// An HDF5 file with tensors of a catalog: a file of its own, or a member of an archive. It is open as long
/// as it is used.
final class StoredFile: Sendable {
  let view: FileView
  private let opened: OpenedFile

  private init(_ view: FileView, in opened: OpenedFile) {
    self.view = view
    self.opened = opened
  }

  /// Reads which tensors a file has.
  ///
  /// - Parameters:
  ///   - view: the HDF5 file.
  ///   - opened: the file that it is in.
  ///   - member: which of the catalog's files it is.
  ///   - firstIndex: the index of its first tensor.
  /// - Returns: the file, its tensors, and how they belong together.
  /// - Throws: what of it cannot be read.
  static func read(
    _ view: FileView, in opened: OpenedFile, member: Int, firstIndex: Int
  ) throws(WeightFileError) -> (StoredFile, ParsedTree) {
    var view = view
    var parsed = try opened.parser.tree(view, member: member, firstIndex: firstIndex)
    if let folder = opened.externals {
      while let lent = try files(parsed.externals, of: view, in: folder, besides: opened) {
        view = view.lending(lent)
        parsed = try opened.parser.tree(view, member: member, firstIndex: firstIndex)
      }
      parsed.externals = parsed.externals.filter { !$0.isInside }.map {
        ExternalReference(path: $0.path, reason: folder.refusal($0.reason), files: $0.files)
      }
    }
    return (StoredFile(view, in: opened), parsed)
  }

  /// Opens the files that a file refers to.
  ///
  /// - Returns: all that are lent to it then; `nil` if there are no others than there were.
  private static func files(
    _ references: [ExternalReference], of view: FileView, in folder: ExternalFolder,
    besides opened: OpenedFile
  ) throws(WeightFileError) -> [LentFile]? {
    var lent = view.lent
    for name in references.flatMap(\.files) where !lent.contains(where: { $0.name == name }) {
      guard let file = try folder.open(name, besides: opened.folder) else { continue }
      guard lent.count < ExternalFolder.fileLimit else {
        throw WeightFileError(
          .unsupported, in: view.name, "it refers to more than \(ExternalFolder.fileLimit) other files")
      }
      lent.append(file)
    }
    return lent.count == view.lent.count ? nil : lent
  }

  /// Elements of a tensor that somebody must take apart.
  func fill(
    _ bytes: inout MutableRawSpan, _ tensor: StoredTensor, _ range: Range<Int>
  ) throws(WeightFileError) {
    let width = tensor.spec.dtype.byteCount
    // An answer has room for so many elements.
    let limit = CellParser.blockByteCount / width
    var start = range.lowerBound
    while start < range.upperBound {
      let part = start..<min(range.upperBound, start + limit)
      let first = (start - range.lowerBound) * width
      var span = bytes._mutatingExtracting(first..<first + part.count * width)
      guard try opened.parser.fill(&span, .values(view, tensor, part)) == span.byteCount else {
        throw CellParser.nonsense(view.name)
      }
      start = part.upperBound
    }
  }
}
