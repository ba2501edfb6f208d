import RandomStreams
import Tensors
import Testing

/// The example of the target's documentation, word for word.
@Suite struct ExampleTests {
  @Test func `a backend draws a tensor`() throws {
    // example
    let draw = RandomDraw(.uniform(lower: 0, upper: 1), seed: StreamSeed(42), dtype: .float32, count: 4)
    let spec = try TensorSpec(path: "values", shape: [4], dtype: .float32)
    var values: [Double] = []
    try Backend.tensorflow.source(of: draw).forEachBlock(of: spec) { bytes, range in
      values += (0..<range.count).map { spec.dtype.value(in: bytes, at: $0) }
    }
    // end of example
    #expect(values.count == 4)
    #expect(values.allSatisfy { (0..<1).contains($0) })
    #expect(Set(values).count == 4)
  }
}
