/// What a file holds that may hold either: weights, or the description of a model alone.
package enum FileContents: Sendable {
  case weights(WeightCatalog)
  /// A text; the error says why it holds no weights.
  case text(ModelDocument, WeightFileError)

  /// Reads a file once, so that a pipe may hold either.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - parsing: where it is taken apart.
  /// - Returns: what it holds.
  /// - Throws: why it holds neither.
  package static func read(
    _ source: InputSource, _ parsing: FileParsing = FileParsing()
  ) throws(WeightFileError) -> FileContents {
    let opened = try OpenedFile(source, parsing)
    do throws(WeightFileError) { return .weights(try WeightCatalog.read(opened)) } catch {
      // What is no text cannot be one of the two; what kind of weight file it would be says the first error.
      guard opened.format == .other, !ShardIndex.isIndex(opened), let document = try? opened.document()
      else { throw error }
      return .text(document, error)
    }
  }
}
