import OrderedJSON
internal import SystemPackage

/// A hidden file that tells, while shards get their names, which are new and which are replaced.
///
/// It is locked as long as its process is alive. If that ends too early, the next one undoes what it did, or
/// finishes it if the index had its name already.
struct ShardJournal: ~Copyable {
  private let path: String
  private let file: UnnamedFile

  private static let version = "wtool shards 1"
  private static let byteLimit: Int64 = 1 << 22

  /// Writes the journal before anything that it tells is done.
  ///
  /// - Parameters:
  ///   - index: the name of the index.
  ///   - folder: where it is.
  ///   - new: the names of the shards that it will name, with the numbers of their files.
  ///   - old: those of the shards that it names now.
  /// - Returns: the journal, durable and locked.
  /// - Throws: why it cannot be written.
  static func create(
    index: String, folder: String, new: [String: UInt64], old: [String: UInt64]
  ) throws(Errno) -> ShardJournal {
    func object(_ names: [String: UInt64]) -> JSONValue {
      .object(
        JSONObject(
          names.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .string(String($0.value))) }))
    }
    let text: JSONValue = [
      "format": .string(version), "index": .string(index), "new": object(new), "old": object(old),
    ]
    let path = TemporaryName.journal(inFolder: folder)
    let file = try UnnamedFile(inFolder: folder)
    try file.descriptor.writeExactly(Array(text.pythonText().utf8), at: 0)
    try POSIX.synchronize(file.descriptor)
    // Without locks nobody removes it but this process.
    try? POSIX.lock(file.descriptor)
    try file.publish(as: path, keepsLock: true)
    do throws(Errno) { try POSIX.synchronize(folder: folder) } catch {
      POSIX.remove(path)
      throw error
    }
    return ShardJournal(path: path, file: file)
  }

  private init(path: String, file: consuming UnnamedFile) {
    self.path = path
    self.file = file
  }

  /// Removes it: all is done, or undone.
  consuming func remove() {
    file.removeName()
    POSIX.remove(path)
  }

  /// Finishes or undoes what the journal of a process that has ended tells.
  ///
  /// - Returns: whether the journal is not needed any more.
  static func recover(_ descriptor: FileDescriptor, _ folder: String) -> Bool {
    guard let size = try? POSIX.status(descriptor).size, size <= byteLimit,
      let bytes = (try? descriptor.readExactly(Int(size), at: 0)) ?? nil,
      let journal = try? JSONParser.parse(bytes), journal["format"] == .string(version),
      let index = journal["index"]?.stringValue, !index.utf8.contains(UInt8(ascii: "/")),
      let names = ShardNames(index: index),
      let new = numbers(journal["new"]), let old = numbers(journal["old"])
    else { return false }
    let path = FilePath(folder).appending(index).string
    guard let listing = try? ShardNames.listing(ofIndexAt: path) else { return false }
    if case .unknown = listing { return false }
    let abandoned = new.merging(old) { one, _ in one }
    return ShardRemoval(names: names, folder: folder, listing: listing).remove(abandoned)
  }

  private static func numbers(_ value: JSONValue?) -> [String: UInt64]? {
    guard let members = value?.objectValue?.members else { return nil }
    return Dictionary(members.map { ($0.key, $0.value.stringValue.flatMap { UInt64($0) } ?? 0) }) { $1 }
  }
}
