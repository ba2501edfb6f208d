import Failures
internal import HDF5
import OrderedJSON
internal import SystemPackage
import Tensors
import Text

/// The index of weights that are split over several files: which file has which group.
struct ShardIndex {
  private let file: OpenedFile
  private let folder: FilePath
  /// The files, in order of their names.
  private let shardNames: [String]
  /// The files that have the weights of a group.
  private let filesByGroup: [String: Set<String>]
  /// How many bytes all weights have, as the index says; `nil` if it does not.
  private let byteCount: Double?

  /// Whether it is the name of a file in the same folder and nowhere else.
  private static func isPlain(_ name: String) -> Bool {
    !["", ".", ".."].contains(name) && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }

  init(_ file: OpenedFile) throws(WeightFileError) {
    self.file = file
    let json: JSONValue
    let text = try file.text()
    do throws(TextSyntaxError) {
      json = try JSONParser.parse(text)
    } catch {
      if ForeignText.isYAML(text) {
        throw WeightFileError(.unsupported, in: file.name, ForeignText.architecture, cause: error)
      }
      throw WeightFileError(
        .malformed, in: file.name,
        "it is neither HDF5, a .keras archive nor an index of shards: \(error)", cause: error
      )
    }
    guard let map = json["weight_map"]?.objectValue else {
      if let reason = ForeignText.withoutWeights(json) {
        throw WeightFileError(.unsupported, in: file.name, reason)
      }
      throw WeightFileError(
        .malformed, in: file.name,
        "the JSON has no `weight_map`; an index of shards, a .keras archive or HDF5 was expected")
    }
    guard let folder = file.folder else {
      throw WeightFileError(
        .unsupported, in: file.name,
        "it is an index of shards, which lie in the same folder; pass the path of the index instead")
    }
    self.folder = folder
    byteCount = json["metadata"]?["total_size"]?.doubleValue
    var groups: [String: Set<String>] = [:]
    for member in map.members {
      for value in member.value.arrayValue ?? [member.value] {
        guard let name = value.stringValue, Self.isPlain(name) else {
          throw WeightFileError(
            .malformed, in: file.name,
            "`weight_map` must name files in the same directory; found \(value.pythonText().clipped)")
        }
        groups[member.key, default: []].insert(name)
      }
    }
    filesByGroup = groups
    let names = groups.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    guard names.count <= ShardedLayout.fileLimit else {
      throw WeightFileError(
        .unsupported, in: file.name,
        "`weight_map` names \(names.count) files; at most \(ShardedLayout.fileLimit) are read")
    }
    // All are open at once.
    POSIX.allowOpenFiles(names.count + 64)
    shardNames = names.sorted()
  }

  /// Whether a file is meant to be one, whatever is wrong with it.
  static func isIndex(_ file: OpenedFile) -> Bool {
    guard let text = try? file.text() else { return false }
    return (try? JSONParser.parse(text))?["weight_map"] != nil
  }

  /// The weights of all files together.
  func catalog() throws(WeightFileError) -> WeightCatalog {
    var members: [StoredFile] = []
    var parsed: ParsedTree?
    for name in shardNames {
      let shard = try file.neighbor(folder.appending(name).string)
      guard shard.format == .hdf5 else {
        throw WeightFileError(.malformed, in: shard.name, "it is not an HDF5 file")
      }
      let (member, part) = try StoredFile.read(
        shard.view, in: shard, member: members.count, firstIndex: parsed?.tensors.count ?? 0)
      members.append(member)
      try check(part, of: shard, named: name)
      parsed = parsed?.merged(with: part) ?? part
    }
    guard let parsed else {
      // As Keras writes it of a model without weights.
      let empty = TensorTree(form: .objectTree, name: "", unit: "", tensors: [], branches: [])
      return WeightCatalog(
        file, container: .shards, ParsedTree(container: .shards, tree: empty), members: [])
    }
    var places: [String: Int] = [:]
    for tensor in parsed.tensors {
      if let other = places.updateValue(tensor.member, forKey: tensor.path) {
        throw WeightFileError(
          .malformed, in: file.name,
          "`\(shardNames[other].clipped)` and `\(shardNames[tensor.member].clipped)` both have "
            + "`\(tensor.path.clipped)`: one of them is of another set of shards")
      }
    }
    try checkSize(of: parsed)
    return WeightCatalog(file, container: .shards, parsed, members: members)
  }
}

extension ShardIndex {
  /// Refuses a file that has not what the index says of it: one of another model, or of another time.
  private func check(_ parsed: ParsedTree, of shard: OpenedFile, named name: String) throws(WeightFileError) {
    let groups = Set(parsed.tensors.map { Self.group(of: $0.path) })
    let expected = Set(filesByGroup.filter { $0.value.contains(name) }.keys)
    if let group = groups.subtracting(expected).min() {
      throw WeightFileError(
        .malformed, in: shard.name,
        "it has weights of `\(group.clipped)`, which \(file.name) does not look for there: the file is of "
          + "another model, or of another set of shards")
    }
    // Groups may be empty, and their values elsewhere.
    let others = Set(
      parsed.externals.map { Self.group(of: $0.path) }
        + parsed.tree.objects.map { $0.path.isEmpty ? "/vars" : "/\($0.path)/vars" })
    if let group = expected.subtracting(groups).subtracting(others).min() {
      throw WeightFileError(
        .malformed, in: shard.name,
        "it has no weights of `\(group.clipped)`, which \(file.name) says it has: the file is of another "
          + "model, or of another set of shards")
    }
  }

  /// Refuses an index that has lost a group with all its files: what is not named is not missed otherwise.
  private func checkSize(of parsed: ParsedTree) throws(WeightFileError) {
    let found = parsed.tensors.map(\.spec.byteCount).saturatingSum
    guard let byteCount, byteCount > Double(found), parsed.otherDatasets.isEmpty, parsed.externals.isEmpty
    else { return }
    let claimed = NumberText.bytes(Int(exactly: byteCount.rounded()) ?? .max)
    throw WeightFileError(
      .malformed, in: file.name,
      "`total_size` says \(claimed) of weights, and the files that `weight_map` names have "
        + "\(NumberText.bytes(found)): it lacks groups, or files are of another model")
  }

  private static func group(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}

extension ParsedTree {
  /// Two files together.
  fileprivate func merged(with other: ParsedTree) -> ParsedTree {
    var together = self
    together.tree = tree.merged(with: other.tree)
    together.otherDatasets += other.otherDatasets
    together.externals += other.externals
    together.tensors += other.tensors
    return together
  }
}

extension TensorTree {
  /// The tree of two files together; where both have an object, its tensors follow in order of their names.
  fileprivate func merged(with other: TensorTree) -> TensorTree {
    TensorTree(
      form: form, name: name.isEmpty ? other.name : name, unit: unit,
      tensors: (tensors + other.tensors).sorted {
        (Int($0.name) ?? .max, $0.name) < (Int($1.name) ?? .max, $1.name)
      },
      branches: branches.merged(with: other.branches, by: \.attribute) { one, other in
        if one.isList == other.isList { return one.merged(withSame: other) }
        return one.mayBeList && other.mayBeList
          ? one.asList.merged(withSame: other.asList) : one.asObject.merged(withSame: other.asObject)
      })
  }
}

extension TensorTree.Branch {
  fileprivate func merged(withSame other: Self) -> Self {
    Self(
      attribute: attribute, isList: isList,
      layers: layers.merged(with: other.layers, by: \.unit) { $0.merged(with: $1) })
  }

  /// Whether nothing of it is an object's own.
  fileprivate var mayBeList: Bool {
    isList || layers.allSatisfy { $0.tensors.isEmpty && $0.name.isEmpty }
  }

  /// A group in a group without `vars` is taken for an object of a list, though the list may be inside.
  fileprivate var asList: Self {
    if isList { return self }
    return Self(
      attribute: attribute, isList: true,
      layers: layers.flatMap { $0.branches.flatMap { $0.isList ? $0.asObject.layers : $0.layers } })
  }

  /// A group without `vars` is a list of objects, unless the `vars` of the object that it is are in another
  /// file.
  fileprivate var asObject: Self {
    guard isList else { return self }
    let parts = layers.map { Self(attribute: $0.unit, isList: false, layers: [$0]) }
    return Self(
      attribute: attribute, isList: false,
      layers: [TensorTree(form: .objectTree, name: "", unit: attribute, tensors: [], branches: parts)])
  }
}

extension Array {
  /// The elements of both in the order in which they first appear, those with the same key made into one.
  fileprivate func merged(
    with others: [Element], by key: (Element) -> String, _ combine: (Element, Element) -> Element
  ) -> [Element] {
    var result = self
    var indexByKey = Dictionary(indices.map { (key(self[$0]), $0) }) { first, _ in first }
    for element in others {
      if let index = indexByKey[key(element)] {
        result[index] = combine(result[index], element)
      } else {
        indexByKey[key(element)] = result.count
        result.append(element)
      }
    }
    return result
  }
}
