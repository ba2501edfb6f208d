import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

/// Files that Keras wrote of one model with custom layers; see `fixtures/README.md`.
@Suite struct WeightCatalogTests {
  private func read(_ name: String) throws -> WeightCatalog {
    try WeightCatalog.read(Fixtures.url("weights/custom/\(name)").path)
  }

  @Test func `a whole model is a list of layers, each a list of weights`() throws {
    let catalog = try read("model.h5")
    #expect(catalog.container == .legacyModel)
    let layers = try #require(catalog.tree.branches.first).layers
    #expect(layers.map(\.name) == ["input_layer", "scaled", "block", "middle", "inner", "end"])
    #expect(
      layers[1].tensors.map(\.name) == ["scaled/kernel", "scaled/gamma", "scaled/bias", "scaled/moving_mean"])
    #expect(layers[1].tensors.map(\.shape) == [[6, 4], [4], [4], [4]])
    #expect(layers[1].tensors.allSatisfy { $0.dtype == .float32 })
  }

  @Test(arguments: [
    ("model.weights.h5", WeightCatalog.Container.objectTree), ("model.keras", .archive),
    ("model.weights.json", .shards),
  ])
  func `the containers of Keras 3 are one tree of objects`(
    name: String, container: WeightCatalog.Container
  ) throws {
    let catalog = try read(name)
    #expect(catalog.container == container)
    let block = try #require(catalog.tree.allLayers.first { $0.name == "block" })
    #expect(block.branches.map(\.attribute) == ["dense", "many", "norm"])
    #expect(block.branches.map(\.isList) == [false, true, false])
    #expect(block.branches[1].layers.map(\.unit) == ["dense", "dense_1"])
    #expect(block.branches[1].layers.map { $0.tensors.map(\.shape) } == [[[5, 3], [3]], [[3, 5], [5]]])
    #expect(catalog.tree.allTensors.count == 24)
  }

  @Test func `all containers hold the same values`() throws {
    func means(_ name: String) throws -> [Double] {
      let catalog = try read(name)
      return catalog.tensors.indices.compactMap { catalog.mean(ofTensor: $0) }.sorted()
    }
    let expected = try means("model.h5")
    #expect(expected.count == 24)
    for name in ["model.weights.h5", "model.keras", "model.weights.json"] {
      #expect(try means(name) == expected, "\(name)")
    }
  }

  @Test func `a file that is none of Keras's is a tree of datasets`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "f.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          let group = try root.createGroup("a").createGroup("b")
          try group.createDataset("w", shape: [2, 3], elementType: .double).write(
            [Double](repeating: 1, count: 6))
          try root.createDataset("n", shape: [], elementType: Int32.elementType).write([Int32(4)])
        }
      }
      let catalog = try WeightCatalog.read(path)
      #expect(catalog.container == .foreign)
      #expect(catalog.tensors.map(\.path) == ["/a/b/w", "/n"])
      #expect(catalog.tensors.map(\.spec.dtype) == [.float64, .int32])
    }
  }

  @Test func `links in a circle end`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "c.weights.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          let layers = try root.createGroup("layers")
          try layers.createSoftLink("a", to: "/layers")
          try layers.createSoftLink("b", to: "/layers")
        }
      }
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(path) }
      #expect(error?.reason.contains("circle") == true)
    }
  }

  @Test(arguments: ["../x.h5", "/etc/passwd", "", "a/b.h5"])
  func `an index names files beside it only`(name: String) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.weights.json")
      try Data(#"{"weight_map": {"/layers/dense/vars": "\#(name)"}}"#.utf8).write(to: path)
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(path.path) }
      #expect(error?.reason.contains("same directory") == true)
    }
  }

  @Test(arguments: ["model.h5", "model.weights.h5", "model.keras"])
  func `a truncated file is an error`(name: String) async throws {
    let whole = try Fixtures.bytes("weights/custom/\(name)")
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: name)
      for length in stride(from: 0, to: whole.count - 1, by: 997) {
        try Data(whole[..<length]).write(to: url)
        #expect(throws: WeightFileError.self, "\(length) bytes") { try WeightCatalog.read(url.path) }
      }
    }
  }
}
