import Failures
internal import SystemPackage

/// Gives the files of a container their names: the shards first, the index last.
///
/// Until the index has its name, the files that the old one names are untouched; they are removed afterwards.
struct ShardPublication {
  private let shards: ArraySlice<StagedOutput>
  private let index: StagedOutput
  private let indexName: String
  private let names: ShardNames
  private let folder: String
  /// What the old index names.
  private let old: ShardNames.Listing

  /// - Parameter files: the shards and the index, in this order; what they hold is complete. `nil` is the
  ///   result if the last one is not named as an index is.
  /// - Throws: if the old index cannot be read.
  init?(_ files: [StagedOutput]) throws(WeightFileError) {
    guard let index = files.last, let name = FilePath(index.output.name).lastComponent?.string,
      let names = ShardNames(index: name)
    else { return nil }
    self.index = index
    self.names = names
    indexName = name
    shards = files.dropLast()
    folder = POSIX.folder(of: index.output.name)
    do throws(Errno) { old = try ShardNames.listing(ofIndexAt: index.output.name) } catch {
      throw WeightFileError(
        reading: index.output.name, attempt: "read the index that is to be replaced", error)
    }
  }

  /// - Returns: how the files differ from those that they replace, a clause each.
  func commit() throws(WeightFileError) -> [String] {
    for shard in shards where ShardNames.isTaken(shard.output.name, by: old) {
      throw WeightFileError(.exists, in: shard.output.name, "the index that is to be replaced names it")
    }
    let oldNumbers = try system("find the old shards", oldNumbers)
    let newNumbers = try system("write the file", newNumbers)
    let differences = try finish(like: oldNumbers.keys.sorted())
    let journal = try system("write a journal") { () throws(Errno) in
      return try ShardJournal.create(index: indexName, folder: folder, new: newNumbers, old: oldNumbers)
    }
    do throws(WeightFileError) { try publish() } catch {
      // What there was of an index that is none cannot be these files: their names were free.
      let names: ShardNames.Listing = if case .unknown = old { .missing } else { old }
      if removal(names).remove(newNumbers) { journal.remove() }
      throw error
    }
    // Should the name of the index be lost with the system's power, the old shards are needed once more.
    try system("make the file's name durable") { () throws(Errno) in
      try POSIX.synchronize(folder: folder)
      let target = POSIX.folder(of: POSIX.followingLinks(index.output.name))
      if target != folder { try POSIX.synchronize(folder: target) }
    }
    if removal(.names(Set(newNumbers.keys))).remove(oldNumbers) { journal.remove() }
    return differences
  }

  /// Makes all files durable.
  private func finish(like models: [String]) throws(WeightFileError) -> [String] {
    var differences: Set<String> = []
    for (number, shard) in shards.enumerated() {
      let model = models.isEmpty ? nil : path(models[min(number, models.count - 1)])
      differences.formUnion(try shard.file.finish(like: model))
    }
    differences.formUnion(try index.file.finish())
    return differences.sorted()
  }

  private func publish() throws(WeightFileError) {
    if !shards.contains(where: { Self.name($0) == names.first }), !POSIXPath.isFile(path(names.first)) {
      try removal(old).writeFirst()
    }
    for shard in shards { try shard.file.takeName() }
    try system("make the file's name durable") { () throws(Errno) in try POSIX.synchronize(folder: folder) }
    try index.file.takeName()
  }
}

extension ShardPublication {
  private func removal(_ listing: ShardNames.Listing) -> ShardRemoval {
    ShardRemoval(names: names, folder: folder, listing: listing)
  }

  /// The shards of the old index that are there, with the numbers of their files.
  private func oldNumbers() throws(Errno) -> [String: UInt64] {
    guard case .names(let listed) = old else { return [:] }
    var numbers: [String: UInt64] = [:]
    for name in listed where names.areOurs(name) {
      if let status = try POSIX.statusOfEntry(path(name)) { numbers[name] = status.index }
    }
    return numbers
  }

  private func newNumbers() throws(Errno) -> [String: UInt64] {
    var numbers: [String: UInt64] = [:]
    for shard in shards { numbers[Self.name(shard)] = try POSIX.status(shard.output.descriptor).index }
    return numbers
  }

  private static func name(_ shard: StagedOutput) -> String {
    FilePath(shard.output.name).lastComponent?.string ?? ""
  }

  private func path(_ name: String) -> String { FilePath(folder).appending(name).string }

  private func system<Value: ~Copyable>(
    _ attempt: String, _ body: () throws(Errno) -> Value
  ) throws(WeightFileError) -> Value {
    do throws(Errno) { return try body() } catch {
      throw WeightFileError(writing: index.output.name, attempt: attempt, error)
    }
  }
}
