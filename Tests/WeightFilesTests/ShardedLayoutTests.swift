import Failures
import OrderedJSON
import Tensors
import Testing

@testable import WeightFiles

@Suite struct ShardedLayoutTests {
  /// Objects with float32 vectors of so many elements.
  private func contents(_ objects: [(path: String, sizes: [Int])]) throws -> ContainerContents {
    var source = 0
    let objects = try objects.map { object in
      let tensors = try object.sizes.map { size in
        defer { source += 1 }
        return ContainerContents.Tensor(
          path: "w", spec: try TensorSpec(path: "w", shape: [size], dtype: .float32), source: source)
      }
      return ContainerContents.Object(path: object.path, name: "n", tensors: tensors)
    }
    return ContainerContents(
      modelConfig: nil, kerasVersion: "3.15.1", backend: nil, layers: .success([]),
      objects: .success(objects),
      provenance: [])
  }

  private func index(_ layout: ContainerLayout) throws -> JSONValue {
    guard case .text(let text)? = layout.files.last?.body else { return .null }
    return try JSONParser.parse(text)
  }

  /// The rule of Keras: a dataset that would make a file larger than the limit begins the next one.
  @Test func `datasets are dealt out as Keras does`() throws {
    let contents = try contents([
      ("", []), ("layers/a", [10, 5]), ("layers/b", []), ("layers/c", [6, 5, 20]), ("layers/d", [1]),
    ])
    let layout = try ShardedLayout.layout(
      of: contents, LayoutOptions(fileName: "m.weights.json", shardByteLimit: 80))
    #expect(
      layout.files.map(\.name) == [
        "m_00000.weights.h5", "m_00001.weights.h5", "m_00002.weights.h5", "m_00003.weights.h5", nil,
      ])
    #expect(layout.files.map { $0.root?.datasets.count ?? 0 } == [0, 0, 0, 0, 0])
    #expect(layout.datasets.map(\.source) == Array(0..<6))
    let index = try index(layout)
    #expect(index["metadata"]?["total_size"]?.doubleValue == 188)
    #expect(
      index["weight_map"] == [
        "/layers/a/vars": "m_00000.weights.h5",
        "/layers/c/vars": ["m_00001.weights.h5", "m_00002.weights.h5"],
        "/layers/d/vars": "m_00003.weights.h5",
      ])
  }

  @Test func `what fits into one file is one file`() throws {
    let layout = try ShardedLayout.layout(
      of: contents([("layers/a", [10])]), LayoutOptions(fileName: "m.weights.json"))
    #expect(layout.files.map(\.name) == ["m_00000.weights.h5", nil])
  }

  @Test func `a weight larger than a file may be is an error`() throws {
    let contents = try contents([("layers/a", [100])])
    let error = #expect(throws: LayoutError.self) {
      try ShardedLayout.layout(of: contents, LayoutOptions(fileName: "m.weights.json", shardByteLimit: 80))
    }
    #expect(error?.description.contains("--max-shard-size") == true)
  }

  @Test func `the index must have its name`() throws {
    let contents = try contents([("layers/a", [1])])
    #expect(throws: LayoutError.self) {
      try ShardedLayout.layout(of: contents, LayoutOptions(fileName: "m.json"))
    }
  }

  @Test func `files that replace others have other names`() throws {
    let contents = try contents([("layers/a", [10])])
    let layout = try ShardedLayout.layout(
      of: contents, LayoutOptions(fileName: "m.weights.json", generation: 2))
    #expect(layout.files.map(\.name) == ["m_00000-2.weights.h5", nil])
    #expect(
      try index(layout)["weight_map"] == [
        "/vars": "m_00000-2.weights.h5", "/layers/a/vars": "m_00000-2.weights.h5",
      ])
  }

  @Test func `no more files are written than are read`() throws {
    let contents = try contents([("layers/a", [Int](repeating: 25, count: 1000))])
    func layout(_ gigabytes: Double) throws -> ContainerLayout {
      let limit = Int(gigabytes * Double(1 << 30))
      return try ShardedLayout.layout(
        of: contents, LayoutOptions(fileName: "m.weights.json", shardByteLimit: limit))
    }
    let error = #expect(throws: LayoutError.self) { try layout(0.0000001) }
    #expect(
      error?.description
        == "the weights would be split over 1000 files; at most 512 are read; pass --max-shard-size 0.000000187 or more"
    )
    #expect(try layout(0.000000187).files.count == 501)
  }
}
