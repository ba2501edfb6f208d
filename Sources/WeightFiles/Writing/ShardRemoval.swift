internal import HDF5
internal import SystemPackage

/// Removes shards that no index names.
struct ShardRemoval {
  let names: ShardNames
  let folder: String
  /// What the index names.
  let listing: ShardNames.Listing

  /// Removes those that the index does not name, and that are the files that are meant.
  ///
  /// - Parameter shards: their names, with the numbers of the files that have them.
  /// - Returns: whether none is left.
  func remove(_ shards: [String: UInt64]) -> Bool {
    var isComplete = true
    for (name, number) in shards where names.areOurs(name) {
      let path = FilePath(folder).appending(name).string
      guard !ShardNames.isTaken(path, by: listing) else { continue }
      let status: FileStatus?
      do throws(Errno) { status = try POSIX.statusOfEntry(path) } catch {
        isComplete = false
        continue
      }
      guard status?.index == number else { continue }
      if name == names.first, case .names = listing {
        do throws(WeightFileError) { try writeFirst() } catch { isComplete = false }
      } else if !POSIX.remove(path) {
        isComplete = false
      }
    }
    return isComplete
  }

  /// Writes a file without weights in place of the one that Keras always opens.
  func writeFirst() throws(WeightFileError) {
    let path = FilePath(folder).appending(names.first).string
    let file = try StagedFile.create(path, replaces: true)
    do throws(HDF5Error) { _ = try Skeleton.write(GroupLayout("/"), to: file.path) } catch {
      throw WeightFileError(in: path, error)
    }
    _ = try file.finish()
    try file.takeName()
  }
}
