import Text

/// What a layer of a file is called in a model: `--rename OLD=NEW`.
package struct LayerRename: Sendable, Hashable {
  /// A layer's path in the file, with at most one `*`, which stands for any text.
  package let old: String
  /// Its path in the model, in which `*` stands for the same text.
  package let new: String

  /// Fails if it is something else.
  ///
  /// - Parameter text: `OLD=NEW`.
  package init?(_ text: String) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    let stars = parts.map { $0.count { $0 == "*" } }
    guard stars[0] <= 1, stars[1] <= stars[0] else { return nil }
    (old, new) = (String(parts[0]), String(parts[1]))
  }

  /// The path in the model of a layer of the file; `nil` if it is not meant.
  func renamed(_ path: String) -> String? {
    guard let star = old.firstIndex(of: "*") else { return path == old ? new : nil }
    let (start, end) = (old[..<star], old[old.index(after: star)...])
    guard path.count >= start.count + end.count, path.hasPrefix(start), path.hasSuffix(end) else {
      return nil
    }
    let text = path.dropFirst(start.count).dropLast(end.count)
    return new.replacing("*", with: text)
  }
}
