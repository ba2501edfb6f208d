import Foundation
import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite struct ShardPublicationTests {
  private struct Constant: BlockFiller {
    let value: Float

    func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
      bytes.withUnsafeMutableBytes { _ = $0.initializeMemory(as: Float.self, repeating: value) }
    }
  }

  /// Writes three shards of one vector each.
  private func write(
    _ value: Float, to index: URL, generation: Int, notice: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws {
    let objects = try (0..<3).map { number in
      let spec = try TensorSpec(path: "w", shape: [10], dtype: .float32)
      return ContainerContents.Object(
        path: "layers/l\(number)", name: "n", tensors: [.init(path: "w", spec: spec, source: number)])
    }
    let contents = ContainerContents(
      modelConfig: nil, kerasVersion: "3.15.1", backend: nil, layers: .success([]),
      objects: .success(objects),
      provenance: [])
    let options = LayoutOptions(fileName: index.lastPathComponent, shardByteLimit: 40, generation: generation)
    let layout = try ShardedLayout.layout(of: contents, options)
    let sources = [Int: TensorSource](
      uniqueKeysWithValues: (0..<3).map { ($0, .blocks(Constant(value: value))) })
    try await ContainerWriter(workers: 1, notice: notice).write(
      layout, sources: sources, to: .path(index.path), replaces: true)
  }

  private func value(_ index: URL) throws -> Set<Double?> {
    let catalog = try WeightCatalog.read(.path(index.path))
    return Set(try catalog.tensors.indices.map { try catalog.mean(ofTensor: $0) })
  }

  private func names(_ directory: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
  }

  @Test func `shards that replace others have names of their own, and the old ones go last`() async throws {
    try await withTemporaryDirectory { directory in
      let index = directory.appending(path: "m.weights.json")
      try await write(1, to: index, generation: 0)
      let plain = try names(directory)
      #expect(plain == ["m.weights.json"] + (0..<3).map { "m_0000\($0).weights.h5" })
      #expect(try value(index) == [1])
      // Names that the index has must not be taken before it is replaced.
      await #expect(throws: WeightFileError.self) { try await write(2, to: index, generation: 0) }
      #expect(try names(directory) == plain)
      #expect(try value(index) == [1])
      try await write(2, to: index, generation: 1)
      // Keras opens the first file, whatever the index names; what the index does not list, it seeks there.
      #expect(
        try names(directory) == [
          "m.weights.json", "m_00000-1.weights.h5", "m_00000.weights.h5", "m_00001-1.weights.h5",
          "m_00002-1.weights.h5",
        ])
      #expect(try Data(contentsOf: directory.appending(path: "m_00000.weights.h5")).count < 1000)
      #expect(try JSONParser.parse(Array(Data(contentsOf: index)))["weight_map"]?["/vars"] != nil)
      #expect(try value(index) == [2])
      try await write(3, to: index, generation: 0)
      #expect(try names(directory) == plain)
      #expect(try value(index) == [3])
    }
  }

  @Test func `an index that cannot take its name leaves the old shards as they are`() async throws {
    try await withTemporaryDirectory { directory in
      let index = directory.appending(path: "m.weights.json")
      try await write(1, to: index, generation: 0)
      let before = try names(directory)
      let aside = directory.appending(path: "aside")
      try FileManager.default.moveItem(at: index, to: aside)
      let staged = try [
        StagedOutput(directory.appending(path: "m_00000-1.weights.h5").path, replaces: true),
        StagedOutput(index.path, replaces: false),
      ]
      // Now the index is there, and must not be replaced.
      try FileManager.default.moveItem(at: aside, to: index)
      #expect(throws: WeightFileError.self) { try ShardPublication(staged)?.commit() }
      #expect(try names(directory) == before)
      #expect(try value(index) == [1])
    }
  }

  @Test func `a replaced file's permissions are kept`() async throws {
    try await withTemporaryDirectory { directory in
      func permissions(_ name: String) throws -> mode_t {
        try #require(try POSIX.status(directory.appending(path: name).path)).permissions
      }
      let index = directory.appending(path: "m.weights.json")
      try await write(1, to: index, generation: 0)
      for (name, mode) in [("m.weights.json", 0o600), ("m_00001.weights.h5", 0o640)] {
        try FileManager.default.setAttributes(
          [.posixPermissions: mode], ofItemAtPath: directory.appending(path: name).path)
      }
      try await write(2, to: index, generation: 1)
      #expect(try permissions("m.weights.json") == 0o600)
      #expect(try permissions("m_00001-1.weights.h5") == 0o640)
      #expect(try permissions("m_00002-1.weights.h5") == permissions("m_00000-1.weights.h5"))
    }
  }
}
