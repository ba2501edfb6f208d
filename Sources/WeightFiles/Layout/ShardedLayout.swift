import Failures
import OrderedJSON
import Tensors

/// The tree of objects in several files, as `model.save_weights("model.weights.json", max_shard_size=…)` of
/// Keras 3 splits it: `model_00000.weights.h5`, `model_00001.weights.h5` … and an index.
///
/// Datasets go into a file in the order of visiting until one would make it larger than the limit. A group is
/// listed for every file that has datasets of it.
package enum ShardedLayout: ContainerFormat {
  package static let name = "weights.json"

  package static func matches(_ fileName: String) -> Bool { fileName.hasSuffix(".weights.json") }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    let suffix = ".weights.json"
    guard options.fileName.lowercased().hasSuffix(suffix) else {
      throw LayoutError(
        "the name of an index of sharded weights must end in \(suffix); found \(options.fileName)",
        kind: .usage)
    }
    let stem = String(options.fileName.dropLast(suffix.count))
    var shards = [GroupLayout("/", attributes: contents.provenance.map(AttributeLayout.init))]
    var index: [(group: String, shards: [Int])] = []
    var (size, total) = (0, 0)
    for object in try contents.objects.get() {
      let path: [Substring] = object.path.split(separator: "/") + ["vars"]
      var used: [Int] = []
      shards[shards.count - 1].update(at: path) { group in
        group.attributes.append(AttributeLayout("name", .string(object.name, .variableUTF8)))
      }
      for (number, tensor) in object.tensors.enumerated() {
        let byteCount = tensor.spec.byteCount
        guard byteCount <= options.shardByteLimit else {
          throw LayoutError(
            "\"\(object.name)\" has a weight of \(byteCount) bytes, more than a shard may have; "
              + "--max-shard-size raises that"
          )
        }
        // A kernel may stand twice in the tree: the whole may be larger than the sum of the weights.
        size = CheckedSize(size).plus(byteCount).value ?? .max
        total = CheckedSize(total).plus(byteCount).value ?? .max
        if size > options.shardByteLimit {
          shards.append(GroupLayout("/"))
          size = byteCount
        }
        shards[shards.count - 1].update(at: path) { group in
          group.datasets.append(
            DatasetLayout(name: String(number), spec: tensor.spec, source: tensor.source, isKeras3: true))
        }
        if used.last != shards.count - 1 { used.append(shards.count - 1) }
      }
      if !used.isEmpty { index.append(("/" + path.joined(separator: "/"), used)) }
    }
    let names = shards.indices.map { number in
      let digits = String(number)
      return "\(stem)_\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).weights.h5"
    }
    let map = JSONObject(
      index.map { entry in
        let files = entry.shards.map { JSONValue.string(names[$0]) }
        return .init(key: entry.group, value: files.count == 1 ? files[0] : .array(files))
      })
    let document: JSONValue = [
      "metadata": ["total_size": JSONValue(Double(total))], "weight_map": .object(map),
    ]
    // The index comes last: until it is there, there is nothing to read.
    return ContainerLayout(
      files: zip(names, shards).map { FileLayout(name: $0, body: .hdf5($1)) }
        + [FileLayout(name: nil, body: .text(document.prettyText(indent: 4)))])
  }
}
