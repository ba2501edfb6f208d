import Tensors
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a tensor is read block by block`() throws {
    // example
    let spec = try TensorSpec(path: "dense/bias", shape: [2, 300_000], dtype: .float32)
    let source = TensorSource.blocks(ConstantFiller(element: DType.float32.bytes(of: 0.5)))
    var sum = 0.0
    try source.forEachBlock(of: spec) { bytes, range in
      for index in 0..<range.count { sum += spec.dtype.value(in: bytes, at: index) }
    }
    let mean = sum / Double(spec.elementCount)
    // end of example
    #expect(mean == 0.5)
  }
}
