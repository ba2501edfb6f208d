import OrderedJSON
internal import SystemPackage

/// The names of shards beside an index.
///
/// Keras opens the file `model_00000.weights.h5` before it looks at what the index names, so there must be
/// one at any time, whether the index names it or not.
struct ShardNames {
  /// The name of the index without `.weights.json`.
  private let stem: String

  private static let suffix = ".weights.h5"
  private static let indexLimit: Int64 = 1 << 28

  /// - Parameter index: the name of the index; `nil` is the result if it is no such name.
  init?(index: String) {
    guard index.lowercased().hasSuffix(ShardedLayout.indexSuffix) else { return nil }
    stem = String(index.dropLast(ShardedLayout.indexSuffix.count))
  }

  /// The file that Keras always opens.
  var first: String { "\(stem)_00000\(Self.suffix)" }

  /// Whether a shard that wtool or Keras writes can have that name.
  func areOurs(_ name: String) -> Bool {
    guard name.hasPrefix("\(stem)_"), name.hasSuffix(Self.suffix) else { return false }
    let parts = name.dropFirst(stem.count + 1).dropLast(Self.suffix.count).split(
      separator: "-", omittingEmptySubsequences: false)
    let isNumber = parts.map { $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    guard (1...2).contains(parts.count), isNumber.allSatisfy(\.self), parts[0].count >= 5 else {
      return false
    }
    return parts.count == 1 || !parts[1].isEmpty
  }

  /// What an index says.
  enum Listing {
    /// There is no index.
    case missing
    /// It names these files.
    case names(Set<String>)
    /// It is no index.
    case unknown
  }

  /// Whether a file may be part of what an index names, and so must not be replaced before it.
  static func isTaken(_ path: String, by listing: Listing) -> Bool {
    switch listing {
    case .missing: false
    case .names(let names): names.contains(FilePath(path).lastComponent?.string ?? "")
    case .unknown: (try? POSIX.statusOfEntry(path)) ?? nil != nil
    }
  }

  /// The names in the index at a path.
  ///
  /// - Throws: if the system cannot read it.
  static func listing(ofIndexAt path: String) throws(Errno) -> Listing {
    guard let status = try POSIX.status(path) else { return .missing }
    guard status.isRegularFile, status.size <= indexLimit else { return .unknown }
    let descriptor = try systemCall {
      try unsafe FileDescriptor.open(path, .readOnly, options: .closeOnExec)
    }
    defer { try? descriptor.close() }
    guard let bytes = try descriptor.readExactly(Int(status.size), at: 0),
      let map = (try? JSONParser.parse(bytes))?["weight_map"]?.objectValue
    else { return .unknown }
    let values = map.members.flatMap { $0.value.arrayValue ?? [$0.value] }
    return .names(Set(values.compactMap(\.stringValue)))
  }
}
