/// What a file holds that may hold either: weights, or the description of a model alone.
package enum FileContents: Sendable {
  case weights(WeightCatalog)
  /// A text; the error says why it holds no weights.
  case text(ModelDocument, WeightFileError)

  /// Reads a file once, so that a pipe may hold either.
  package static func read(_ source: InputSource) throws(WeightFileError) -> FileContents {
    let opened = try OpenedFile(source)
    do throws(WeightFileError) { return .weights(try WeightCatalog.read(opened)) } catch {
      guard let document = try? opened.document(), document.isFile else { throw error }
      return .text(document, error)
    }
  }
}
