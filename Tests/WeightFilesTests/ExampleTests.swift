import Foundation
import Tensors
import TestSupport
import Testing
import WeightFiles

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a file is written and read`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory.appending(path: "m.h5").path
      // example
      let spec = try TensorSpec(path: "dense/bias", shape: [3], dtype: .float32)
      let tensor = ContainerContents.Tensor(path: "dense/bias", spec: spec, source: 0)
      let contents = ContainerContents(
        modelConfig: nil, kerasVersion: "2.15.0", backend: "tensorflow",
        layers: .success([.init(name: "dense", tensors: [tensor])]), objects: .success([]), provenance: [])
      let layout = try LegacyWeightsH5Layout.layout(of: contents, LayoutOptions(fileName: "m.h5"))
      let values = TensorSource.blocks(ConstantFiller(element: DType.float32.bytes(of: 1)))
      try await ContainerWriter(workers: 2).write(
        layout, sources: [0: values], to: .path(path), replaces: false)
      let catalog = try WeightCatalog.read(.path(path))
      // end of example
      #expect(catalog.container == .legacyWeights)
      #expect(catalog.tensors.map(\.path) == ["/dense/dense/bias"])
      #expect(try catalog.mean(ofTensor: 0) == 1)
    }
  }
}
