import Failures
import OrderedJSON
import Tensors

/// The tree of objects in several files, as `model.save_weights("model.weights.json", max_shard_size=…)` of
/// Keras 3 splits it: `model_00000.weights.h5`, `model_00001.weights.h5` … and an index.
///
/// Datasets go into a file in the order of visiting until one would make it larger than the limit. A group is
/// listed for every file that has datasets of it.
///
/// Files that replace others with the same index have names of their own, `model_00000-1.weights.h5` …, so
/// that the index alone decides which are read.
package enum ShardedLayout: ContainerFormat {
  package static let name = "weights.json"
  static let indexSuffix = ".weights.json"
  /// So many files are written, and read, beside an index at most: all are open at once.
  static let fileLimit = 512

  package static func matches(_ fileName: String) -> Bool { fileName.hasSuffix(indexSuffix) }

  package static func layout(
    of contents: ContainerContents, _ options: LayoutOptions
  ) throws(LayoutError) -> ContainerLayout {
    let suffix = indexSuffix
    guard options.fileName.lowercased().hasSuffix(suffix) else {
      throw LayoutError(
        "the name of an index of sharded weights must end in \(suffix); found \(options.fileName)",
        kind: .usage)
    }
    let stem = String(options.fileName.dropLast(suffix.count))
    let objects = try contents.objects.get()
    try checkFileCount(objects.flatMap { $0.tensors.map(\.spec.byteCount) }, options.shardByteLimit)
    var shards = [GroupLayout("/", attributes: contents.provenance.map(AttributeLayout.init))]
    var index: [(group: String, shards: [Int])] = []
    var (size, total) = (0, 0)
    for object in objects {
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
            DatasetLayout(
              name: tensor.givenName ?? String(number), spec: tensor.spec, source: tensor.source,
              isKeras3: true))
        }
        if used.last != shards.count - 1 { used.append(shards.count - 1) }
      }
      if !used.isEmpty { index.append(("/" + path.joined(separator: "/"), used)) }
    }
    let generation = options.generation == 0 ? "" : "-\(options.generation)"
    let names = shards.indices.map { number in
      let digits = String(number)
      let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
      return "\(stem)_\(zeros)\(digits)\(generation).weights.h5"
    }
    // Keras begins in the file `model_00000.weights.h5`, named or not, and looks there for what the index
    // does not list; the root is the first that it looks for.
    if options.generation > 0, !index.contains(where: { $0.group == "/vars" }) {
      index.insert(("/vars", [0]), at: 0)
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
  /// Fails if there would be more files than are read.
  private static func checkFileCount(_ byteCounts: [Int], _ limit: Int) throws(LayoutError) {
    let count = fileCount(byteCounts, limit)
    guard count > fileLimit else { return }
    var (low, high) = (limit, byteCounts.saturatingSum)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if fileCount(byteCounts, middle) > fileLimit { low = middle } else { high = middle }
    }
    throw LayoutError(
      "the weights would be split over \(count) files; at most \(fileLimit) are read; pass "
        + "--max-shard-size \(gigabytes(high)) or more")
  }

  private static func fileCount(_ byteCounts: [Int], _ limit: Int) -> Int {
    var (count, size) = (1, 0)
    for byteCount in byteCounts {
      if byteCount > limit - size {
        count += 1
        size = 0
      }
      size = min(limit, size + byteCount)
    }
    return count
  }

  /// A size that is rounded up to three digits, in the unit of `--max-shard-size`.
  private static func gigabytes(_ byteCount: Int) -> String {
    var (decimals, scale) = (0, Double(byteCount) / Double(1 << 30))
    while scale < 100, decimals < 12 { (decimals, scale) = (decimals + 1, scale * 10) }
    let digits = String(Int(scale.rounded(.up)))
    guard decimals > 0 else { return digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}
