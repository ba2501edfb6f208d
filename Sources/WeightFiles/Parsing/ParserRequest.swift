import Tensors

/// What a parser can be asked about a file.
enum ParserRequest: Sendable, Hashable {
  /// The tensors of an HDF5 file: which of a catalog's files it is, and the index of its first tensor there.
  case tree(FileView, member: Int, firstIndex: Int)
  /// The model that an HDF5 file describes.
  case model(FileView)
  /// The members of a ZIP archive.
  case archive(FileView)
  /// Where the bytes of a stored member begin; its checksum is checked.
  case place(FileView, ArchiveEntry)
  /// The bytes of a member that is a text.
  case text(FileView, ArchiveEntry)
}

/// What a parser answers.
enum ParserReply: Sendable {
  case tree(ParsedTree)
  case model(ModelDocument)
  case archive([ArchiveEntry])
  case place(Int64)
  case text([UInt8])
}

/// Bytes that a parser is asked for, too many for an answer.
enum BlockRequest: Sendable, Hashable {
  /// Elements of a tensor, in row-major order and the byte order of the machine.
  case values(FileView, StoredTensor, Range<Int>)
  /// The next bytes of a packed member, from its beginning to its end.
  case unpacked(FileView, ArchiveEntry)
}
