/// A member of a `.keras` archive beside the weights and the model: a vocabulary, or what else a layer keeps
/// in files.
package struct ArchiveAsset: Sendable, Hashable {
  /// `assets/layers/string_lookup/vocabulary.txt`.
  package let name: String
  package let byteCount: Int64
  let entry: ArchiveEntry

  /// Fails if the member is no file among the assets.
  init?(_ entry: ArchiveEntry) {
    let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    guard parts.count > 1, parts[0] == "assets", isPlain, !entry.name.contains("\\"),
      !entry.name.contains("\0")
    else { return nil }
    name = entry.name
    byteCount = entry.size
    self.entry = entry
  }

  /// Whether it is kept for an object of a model, by its path.
  package func isOf(object path: String) -> Bool {
    let rest = name.dropFirst("assets/".count)
    let folder = rest.lastIndex(of: "/").map { rest[..<$0] } ?? ""
    return folder == path || folder.hasPrefix("\(path)/")
  }
}
