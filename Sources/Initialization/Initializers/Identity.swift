package import KerasArchitecture
package import Tensors

/// `Identity`: `gain` on the diagonal of a matrix, which need not be square.
package struct Identity: Initializer {
  package static let names = ["Identity", "identity", "IdentityInitializer"]
  package static let isRandom = false

  private let gain: Double

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["gain"])
    gain = try config.double("gain", default: 1)
  }

  package func incompatibility(with target: InitializerTarget) -> String? {
    target.shape.rank == 2 ? nil : "an identity must be a matrix; the weight's shape is \(target.shape)"
  }

  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    .blocks(DiagonalFiller(columns: target.shape.dimensions[1], gain: gain, dtype: target.dtype))
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    guard gain != 0 else { return .constant(0) }
    let share = Double(target.shape.dimensions.min() ?? 0) / Double(max(1, target.count))
    return ValueExpectation(
      family: .structured, mean: gain * share,
      standardDeviation: (gain * gain * share * (1 - share)).squareRoot())
  }

  package var parameters: String { gain == 1 ? "" : "gain=\(gain)" }
}

private struct DiagonalFiller: BlockFiller {
  private let columns: Int
  private let element: [UInt8]

  init(columns: Int, gain: Double, dtype: DType) {
    self.columns = columns
    element = dtype.bytes(of: gain)
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
      // Row r has its diagonal element at r · columns + r.
      for row in range.lowerBound / columns...(range.upperBound - 1) / columns where row < columns {
        let index = row * columns + row
        guard range.contains(index) else { continue }
        for (offset, byte) in element.enumerated() {
          unsafe buffer[(index - range.lowerBound) * element.count + offset] = byte
        }
      }
    }
  }
}
