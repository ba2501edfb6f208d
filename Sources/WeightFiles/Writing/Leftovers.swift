internal import SystemPackage

/// What processes have left in a folder that were killed while they wrote there.
enum Leftovers {
  /// More entries of a folder are not looked at: the search must not delay the work.
  private static let entryLimit = 1 << 14

  /// Removes hidden files whose process has ended, and finishes or undoes what their journals tell.
  static func remove(inFolder folder: String) {
    let names = POSIX.entries(ofFolder: folder, limit: entryLimit) {
      TemporaryName.isHidden($0) || TemporaryName.isJournal($0)
    }
    for name in names {
      let path = FilePath(folder).appending(name).string
      guard let descriptor = POSIX.lockAbandoned(path) else { continue }
      // Removed before the lock is released: nobody may find it unlocked in between.
      if TemporaryName.isHidden(name) || ShardJournal.recover(descriptor, folder) { POSIX.remove(path) }
      try? descriptor.close()
    }
  }
}
