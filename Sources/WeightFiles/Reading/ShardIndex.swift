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

  /// Whether it is the name of a file in the same folder and nowhere else.
  private static func isPlain(_ name: String) -> Bool {
    !["", ".", ".."].contains(name) && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
  }

  init(_ file: OpenedFile) throws(WeightFileError) {
    self.file = file
    let json: JSONValue
    let text = try file.text()
    do throws(JSONSyntaxError) {
      json = try JSONParser.parse(text)
    } catch {
      throw WeightFileError(
        .malformed, in: file.name,
        "it is neither HDF5, a .keras archive nor an index of shards: \(error)", cause: error
      )
    }
    guard let map = json["weight_map"]?.objectValue else {
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
    var names: Set<String> = []
    for member in map.members {
      for value in member.value.arrayValue ?? [member.value] {
        guard let name = value.stringValue, Self.isPlain(name) else {
          throw WeightFileError(
            .malformed, in: file.name,
            "`weight_map` must name files in the same directory; found \(value.pythonText().clipped)")
        }
        names.insert(name)
      }
    }
    guard names.count <= ShardedLayout.fileLimit else {
      throw WeightFileError(
        .unsupported, in: file.name,
        "`weight_map` names \(names.count) files; at most \(ShardedLayout.fileLimit) are read")
    }
    // All are open at once.
    POSIX.allowOpenFiles(names.count + 64)
    shardNames = names.sorted()
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
      parsed = parsed?.merged(with: part) ?? part
    }
    guard let parsed else { throw WeightFileError(.malformed, in: file.name, "`weight_map` names no file") }
    return WeightCatalog(file, container: .shards, parsed, members: members)
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
        TensorTree.Branch(
          attribute: one.attribute, isList: one.isList,
          layers: one.layers.merged(with: other.layers, by: \.unit) { $0.merged(with: $1) })
      })
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
