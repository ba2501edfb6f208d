import Failures
import Tensors

/// What takes the bytes of files apart.
protocol FileParser: Sendable {
  /// - Throws: what is wrong with the file.
  func answer(_ request: ParserRequest) throws(WeightFileError) -> ParserReply

  /// - Parameters:
  ///   - bytes: where they are written.
  ///   - request: which ones.
  /// - Returns: how many there are: all for values; 0 at the end of a member.
  /// - Throws: why they cannot be had.
  func fill(_ bytes: inout MutableRawSpan, _ request: BlockRequest) throws(WeightFileError) -> Int
}

extension FileParser {
  /// The tensors of an HDF5 file.
  ///
  /// - Parameters:
  ///   - view: the file.
  ///   - member: which of a catalog's files it is.
  ///   - firstIndex: the index of its first tensor.
  /// - Returns: the tensors, and how they belong together.
  /// - Throws: what of it cannot be read.
  func tree(_ view: FileView, member: Int, firstIndex: Int) throws(WeightFileError) -> ParsedTree {
    guard case .tree(let tree) = try answer(.tree(view, member: member, firstIndex: firstIndex)),
      tree.isConsistent(member: member, firstIndex: firstIndex, fileSize: view.size)
    else { throw CellParser.nonsense(view.name) }
    return tree
  }

  /// The model that an HDF5 file describes.
  func model(_ view: FileView) throws(WeightFileError) -> ModelDocument {
    guard case .model(let document) = try answer(.model(view)) else { throw CellParser.nonsense(view.name) }
    return document
  }

  /// The members of a ZIP archive.
  func members(_ view: FileView) throws(WeightFileError) -> [ArchiveEntry] {
    guard case .archive(let entries) = try answer(.archive(view)) else {
      throw CellParser.nonsense(view.name)
    }
    return entries
  }

  /// Where the bytes of a stored member begin, whose checksum is right.
  func place(_ entry: ArchiveEntry, in view: FileView) throws(WeightFileError) -> Int64 {
    guard case .place(let place) = try answer(.place(view, entry)) else {
      throw CellParser.nonsense(view.name)
    }
    return place
  }

  /// The bytes of a member that is a text.
  func text(_ entry: ArchiveEntry, in view: FileView) throws(WeightFileError) -> [UInt8] {
    guard case .text(let text) = try answer(.text(view, entry)) else { throw CellParser.nonsense(view.name) }
    return text
  }
}
