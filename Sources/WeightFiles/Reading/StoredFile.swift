import Tensors

/// An HDF5 file with tensors of a catalog: a file of its own, or a member of an archive. It is open as long
/// as it is used.
final class StoredFile: Sendable {
  let view: FileView
  private let opened: OpenedFile

  /// - Parameters:
  ///   - view: the HDF5 file.
  ///   - opened: the file that it is in.
  init(_ view: FileView, in opened: OpenedFile) {
    self.view = view
    self.opened = opened
  }

  /// Its tensors.
  ///
  /// - Parameters:
  ///   - member: which of the catalog's files it is.
  ///   - firstIndex: the index of its first tensor.
  /// - Returns: the tensors, and how they belong together.
  /// - Throws: what of it cannot be read.
  func tree(member: Int, firstIndex: Int) throws(WeightFileError) -> ParsedTree {
    try opened.parser.tree(view, member: member, firstIndex: firstIndex)
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
