import Failures
import Foundation
import OrderedJSON
import Tensors
import TestSupport
import Testing

@testable import HDF5
@testable import WeightFiles

@Suite struct WeightsH5LayoutTests {
  private func tensor(_ source: Int, _ dtype: DType = .float32) throws -> ContainerContents.Tensor {
    .init(path: "w", spec: try TensorSpec(path: "w", shape: [2], dtype: dtype), source: source)
  }

  private func contents(
    _ objects: Result<[ContainerContents.Object], LayoutError>
  ) -> ContainerContents {
    ContainerContents(
      modelConfig: .null, kerasVersion: "3.15.1", backend: "jax", layers: .success([]), objects: objects,
      provenance: [])
  }

  private func layout(of contents: ContainerContents) throws -> ContainerLayout {
    try WeightsH5Layout.layout(of: contents, LayoutOptions(fileName: "m.weights.h5"))
  }

  @Test func `each object has its variables in a group of its own`() throws {
    let layout = try layout(
      of: contents(
        .success([
          .init(path: "", name: "m", tensors: []),
          .init(path: "layers/lstm", name: "first", tensors: []),
          .init(path: "layers/lstm/cell", name: "lstm_cell", tensors: [try tensor(3), try tensor(1)]),
        ])))
    let root = try #require(layout.files[0].root)
    #expect(root.groups.map(\.name) == ["vars", "layers"])
    let lstm = root.groups[1].groups[0]
    #expect(lstm.groups.map(\.name) == ["vars", "cell"])
    #expect(lstm.groups[0].attributes.map(\.value) == [.string("first", .variableUTF8)])
    let variables = lstm.groups[1].groups[0]
    #expect(variables.datasets.map(\.name) == ["0", "1"])
    #expect(variables.datasets.map(\.source) == [3, 1])
  }

  @Test func `bfloat16 is opaque and says what it is`() async throws {
    let layout = try layout(
      of: contents(.success([.init(path: "", name: "m", tensors: [try tensor(0, .bfloat16)])])))
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "b.weights.h5").path
      let source = TensorSource.blocks(ConstantFiller(element: [0x80, 0x3F]))
      try await ContainerWriter(workers: 1).write(
        layout, sources: [0: source], to: .path(path), replaces: false)
      let (type, attribute) = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(at: path) { root throws(HDF5Error) in
          let dataset = try root.openDataset("vars/0")
          return (dataset.elementType, try dataset.attribute("dtype"))
        }
      }
      #expect(type == .opaque(byteCount: 2, tag: ""))
      #expect(attribute == .string("bfloat16"))
      #expect(try WeightCatalog.read(.path(path)).tensors.map(\.spec.dtype) == [.bfloat16])
    }
  }

  @Test func `a model whose objects are not known cannot be written`() {
    let error = #expect(throws: LayoutError.self) {
      try layout(of: contents(.failure(LayoutError("unknown"))))
    }
    #expect(error?.description == "unknown")
  }
}
