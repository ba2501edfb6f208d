import Tensors

/// The square roots of another filler's values, as of a standard deviation that is declared as a variance.
struct SquareRootFiller: BlockFiller {
  private let filler: any BlockFiller
  private let dtype: DType

  /// - Parameters:
  ///   - source: floating-point values.
  ///   - dtype: their type.
  /// - Returns: their square roots.
  static func source(_ source: TensorSource, _ dtype: DType) -> TensorSource {
    switch source {
    case .blocks(let filler): .blocks(SquareRootFiller(filler: filler, dtype: dtype))
    case .whole(let compute):
      .whole { () throws(SourceFailure) in SquareRootFiller(filler: try compute(), dtype: dtype) }
    }
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    try filler.fill(range, into: &bytes)
    bytes.withUnsafeMutableBytes { buffer in
      switch dtype {
      case .float64:
        let values = buffer.bindMemory(to: Double.self)
        for index in values.indices { values[index].formSquareRoot() }
      case .float16, .bfloat16:
        let patterns = buffer.bindMemory(to: UInt16.self)
        for index in patterns.indices { patterns[index] = root(patterns[index]) }
      default:
        let values = buffer.bindMemory(to: Float.self)
        for index in values.indices { values[index].formSquareRoot() }
      }
    }
  }

  private func root(_ pattern: UInt16) -> UInt16 {
    dtype == .float16
      ? HalfPrecision.float16(HalfPrecision.float(float16: pattern).squareRoot())
      : HalfPrecision.bfloat16(HalfPrecision.float(bfloat16: pattern).squareRoot())
  }
}
