internal import HDF5
import OrderedJSON
internal import SystemPackage
import Tensors

/// The index of weights that are split over several files: which file has which group.
struct ShardIndex {
  private let file: OpenedFile
  /// The files in the order in which the index first names them.
  private let shardNames: [String]

  private static let byteLimit = 1 << 28

  init(_ file: OpenedFile) throws(WeightFileError) {
    self.file = file
    let json: JSONValue
    let text = try file.text(limit: Self.byteLimit)
    do throws(JSONSyntaxError) {
      json = try JSONParser.parse(text)
    } catch {
      throw WeightFileError(
        file: file.name, "it is neither HDF5, a .keras archive nor an index of shards: \(error)")
    }
    guard let map = json["weight_map"]?.objectValue else {
      throw WeightFileError(
        file: file.name, "it has no `weight_map`: an index of shards, a .keras archive or HDF5 was expected")
    }
    var names: [String] = []
    for member in map.members {
      let files = member.value.arrayValue ?? [member.value]
      for value in files {
        // A file beside the index and nowhere else.
        guard let name = value.stringValue, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
          name != "..",
          !name.utf8.contains(0)
        else {
          throw WeightFileError(
            file: file.name, "`weight_map` must name files in the same directory; found \(value.pythonText())"
          )
        }
        if !names.contains(name) { names.append(name) }
      }
    }
    shardNames = names.sorted()
  }

  /// The weights of all files together.
  func catalog() throws(WeightFileError) -> WeightCatalog {
    var members: [OpenedFile] = []
    var tensors: [StoredTensor] = []
    var contents: TreeReader.Contents?
    let directory = FilePath(file.name).removingLastComponent()
    for name in shardNames {
      let shard = try OpenedFile(InputFile(directory.appending(name).string))
      var reader = TreeReader(member: members.count, following: tensors)
      let part = try reader.read(shard)
      tensors = reader.tensors
      members.append(shard)
      var together = contents ?? part
      if contents != nil { together.tree = together.tree.merged(with: part.tree) }
      contents = together
    }
    guard let contents else { throw WeightFileError(file: file.name, "`weight_map` names no file") }
    return WeightCatalog(
      name: file.name, container: .shards, contents, tensors: tensors, members: members)
  }
}

extension TensorTree {
  /// The tree of two files together; where both have an object, its tensors follow in order of their names.
  fileprivate func merged(with other: TensorTree) -> TensorTree {
    var branches = branches
    for branch in other.branches {
      guard let index = branches.firstIndex(where: { $0.attribute == branch.attribute }) else {
        branches.append(branch)
        continue
      }
      var layers = branches[index].layers
      for layer in branch.layers {
        if let place = layers.firstIndex(where: { $0.unit == layer.unit }) {
          layers[place] = layers[place].merged(with: layer)
        } else {
          layers.append(layer)
        }
      }
      branches[index] = Branch(attribute: branch.attribute, isList: branch.isList, layers: layers)
    }
    return TensorTree(
      form: form, name: name.isEmpty ? other.name : name, unit: unit,
      tensors: (tensors + other.tensors).sorted {
        (Int($0.name) ?? .max, $0.name) < (Int($1.name) ?? .max, $1.name)
      },
      branches: branches)
  }
}
