/// Names in a sentence: the first few of them, in backticks.
package enum NameList {
  /// `` `a`, `b`, `c`, `d` … ``.
  ///
  /// - Parameters:
  ///   - names: all of them.
  ///   - limit: how many are written out.
  /// - Returns: the names, with an ellipsis where some are left out.
  package static func text(_ names: some Collection<String>, limit: Int = 4) -> String {
    names.prefix(limit).map { "`\($0)`" }.joined(separator: ", ") + (names.count > limit ? " …" : "")
  }
}
