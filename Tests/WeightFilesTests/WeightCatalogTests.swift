import Failures
import Foundation
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

/// Files that Keras wrote of one model with custom layers; see `fixtures/README.md`.
@Suite struct WeightCatalogTests {
  private func read(_ name: String) throws -> WeightCatalog {
    try WeightCatalog.read(.path(Fixtures.url("weights/custom/\(name)").path))
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
      return try catalog.tensors.indices.compactMap { try catalog.mean(ofTensor: $0) }.sorted()
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
          _ = try root.createDataset("o", shape: [2], elementType: .opaque(byteCount: 3, tag: ""))
        }
      }
      let catalog = try WeightCatalog.read(.path(path))
      #expect(catalog.container == .foreign)
      #expect(catalog.tensors.map(\.path) == ["/a/b/w", "/n"])
      #expect(catalog.tensors.map(\.spec.dtype) == [.float64, .int32])
      #expect(catalog.otherDatasets == ["/o"])
    }
  }

  @Test func `what is in other files is named and never opened`() async throws {
    try await withTemporaryDirectory { directory in
      let (main, other) = (directory.appending(path: "a.h5").path, directory.appending(path: "b.h5").path)
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: other) { root throws(HDF5Error) in
          try root.createDataset("w", shape: [3], elementType: .double).write([1.0, 2, 6])
        }
        try session.createFile(at: main) { root throws(HDF5Error) in
          try root.createDataset("own", shape: [3], elementType: .double).write([3.0, 4, 5])
          try root.createExternalLink("x", toFile: "b.h5", object: "/w")
          try root.createSoftLink("y", to: "/x")
          try root.createSoftLink("z", to: "/own")
        }
      }
      let catalog = try WeightCatalog.read(.path(main))
      #expect(catalog.tensors.map(\.path) == ["/own", "/z"])
      #expect(catalog.externals.map(\.path) == ["/x", "/y"])
      #expect(catalog.externals.first?.reason == "it leads to `/w` in another file, `b.h5`")
    }
  }

  @Test func `a link that leads nowhere is an error that names it`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "a.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          try root.createDataset("own", shape: [3], elementType: .double).write([3.0, 4, 5])
          try root.createSoftLink("z", to: "/nothing")
        }
      }
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path)) }
      #expect(error?.description.contains("`/z`: it is a soft link to `/nothing`") == true)
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
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path)) }
      #expect(error?.reason.contains("circle") == true)
    }
  }

  @Test(arguments: ["../x.h5", "/etc/passwd", "", "a/b.h5", "..", "x\\u0000.h5"])
  func `an index names files beside it only`(name: String) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.weights.json")
      try Data(#"{"weight_map": {"/layers/dense/vars": "\#(name)"}}"#.utf8).write(to: path)
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path.path)) }
      #expect(error?.reason.contains("same directory") == true)
    }
  }

  @Test(arguments: [
    (#"{"class_name": "Sequential", "config": {}}"#, "describes a model"),
    (#""{}""#, "describes a model"), ("class_name: Sequential\nconfig:\n  layers: []\n", "describes a model"),
    (#"{"model_type": "bert"}"#, "Hugging Face"), (#"{"modelTopology": {}}"#, "TensorFlow.js"),
    (#"{"keras_version": "3", "date_saved": ""}"#, "metadata.json"), ("{}", "no `weight_map`"),
  ])
  func `a text without weights is told what it is`(text: String, words: String) async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.json")
      try Data(text.utf8).write(to: path)
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path.path)) }
      #expect(error?.reason.contains(words) == true)
    }
  }

  @Test func `an index that has lost a group is refused`() async throws {
    try await withTemporaryDirectory { directory in
      let folder = Fixtures.url("weights/moves")
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains(".h5")
      {
        try FileManager.default.copyItem(
          at: folder.appending(path: name), to: directory.appending(path: name))
      }
      let index = directory.appending(path: "straddling.weights.json")
      func write(_ files: String, _ size: Int) throws {
        let group = #""/layers/bidirectional/backward_layer/cell/vars": [\#(files)]"#
        let text = #"{"metadata": {"total_size": \#(size).0}, "weight_map": {\#(group)}}"#
        try Data(text.utf8).write(to: index)
      }
      let files = #""straddling_00000.weights.h5", "straddling_00001.weights.h5""#
      try write(files, 832)
      #expect(try WeightCatalog.read(.path(index.path)).tensors.count == 3)
      try write(files, 1664)
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(index.path)) }
      #expect(error?.reason.contains("total_size") == true)
    }
  }

  @Test func `an index of very many files, or of a pipe, is refused rather than opened`() async throws {
    try await withTemporaryDirectory { directory in
      let index = directory.appending(path: "m.weights.json")
      func error() -> WeightFileError? {
        #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(index.path)) }
      }
      let names = (0..<600).map { "\"f\($0)\"" }.joined(separator: ", ")
      try Data(#"{"weight_map": {"/a/vars": [\#(names)]}}"#.utf8).write(to: index)
      #expect(error()?.reason.contains("600 files") == true)

      try Data(#"{"weight_map": {"/a/vars": "pipe"}}"#.utf8).write(to: index)
      #expect(mkfifo(directory.appending(path: "pipe").path, 0o600) == 0)
      #expect(error()?.reason.contains("regular file") == true)
    }
  }

  @Test func `links to links that double at every step are not followed for ever`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "d.h5").path
      try HDF5Session.run { session throws(HDF5Error) in
        try session.createFile(at: path) { root throws(HDF5Error) in
          for depth in 0..<40 {
            let group = try root.createGroup("g\(depth)")
            try group.createSoftLink("a", to: "/g\(depth + 1)")
            try group.createSoftLink("b", to: "/g\(depth + 1)")
          }
          try root.createGroup("g40").createDataset("w", shape: [], elementType: .double).write([1.0])
        }
      }
      #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(path)) }
    }
  }

  @Test func `an archive that claims to unpack to very much more is refused`() async throws {
    var bytes = [UInt8](try Fixtures.bytes("weights/custom/model.keras"))
    // In the directory: the signature, 42 bytes of fields, the name.
    let entry = try #require(
      bytes.indices.dropLast(62).last {
        Array(bytes[$0..<$0 + 4]) == [0x50, 0x4B, 1, 2]
          && Array(bytes[$0 + 46..<$0 + 62]) == Array("model.weights.h5".utf8)
      })
    bytes[entry + 10] = 8  // deflate
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0xFF, 0xFF, 0xFF, 0x7F])  // the unpacked size
    try await withTemporaryDirectory { [bytes] directory in
      let url = directory.appending(path: "bomb.keras")
      try Data(bytes).write(to: url)
      let error = #expect(throws: WeightFileError.self) { try WeightCatalog.read(.path(url.path)) }
      #expect(error?.reason.contains("claims 2147483647 bytes") == true)
    }
  }

  @Test(arguments: ["model.h5", "model.weights.h5", "model.keras"])
  func `a truncated file is an error`(name: String) async throws {
    let whole = try Fixtures.bytes("weights/custom/\(name)")
    try await withTemporaryDirectory { directory in
      let url = directory.appending(path: name)
      for length in stride(from: 0, to: whole.count - 1, by: 997) {
        try Data(whole[..<length]).write(to: url)
        #expect(throws: WeightFileError.self, "\(length) bytes") { try WeightCatalog.read(.path(url.path)) }
      }
    }
  }
}
