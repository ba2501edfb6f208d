internal import SystemPackage

/// Hidden names of files that nobody else uses, and that a later process recognizes.
enum TemporaryName {
  private static let prefix = ".wtool-"
  private static let suffix = ".tmp"
  private static let journalSuffix = ".shards"

  /// A file that is about to get another name, or to go.
  static func hidden(inFolder folder: String) -> String { path(folder, suffix) }

  /// A journal of shards.
  static func journal(inFolder folder: String) -> String { path(folder, journalSuffix) }

  static func isHidden(_ name: String) -> Bool { matches(name, suffix) }

  static func isJournal(_ name: String) -> Bool { matches(name, journalSuffix) }

  private static func path(_ folder: String, _ suffix: String) -> String {
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    return FilePath(folder).appending("\(prefix)\(POSIX.processIdentifier)-\(number)\(suffix)").string
  }

  /// Whether it is, to the letter, a name that `path` makes.
  private static func matches(_ name: String, _ suffix: String) -> Bool {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
    let parts = name.dropFirst(prefix.count).dropLast(suffix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let process = Int32(parts[0]), let number = UInt64(parts[1], radix: 36) else {
      return false
    }
    return process > 0 && String(process) == parts[0] && String(number, radix: 36) == parts[1]
  }
}
