import Tensors

/// What is done to values after an initializer has drawn them.
enum ElementTransform: Sendable {
  /// As of a standard deviation that is declared as a variance.
  case squareRoot
  /// Times a factor, in the type of the values.
  case scaled(Double)
  /// float64 weights of backends whose variables hold no more than float32.
  case singlePrecision

  /// - Parameters:
  ///   - source: floating-point values.
  ///   - dtype: their type.
  /// - Returns: the values that are made of them.
  func applied(to source: TensorSource, _ dtype: DType) -> TensorSource {
    switch source {
    case .blocks(let filler): .blocks(TransformedFiller(filler: filler, transform: self, dtype: dtype))
    case .sequence(let filler): .sequence(TransformedSequence(filler: filler, transform: self, dtype: dtype))
    case .whole(let compute):
      .whole { () throws(SourceFailure) in
        TransformedFiller(filler: try compute(), transform: self, dtype: dtype)
      }
    }
  }

  fileprivate func apply(to bytes: inout MutableRawSpan, _ dtype: DType) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      switch (self, dtype) {
      case (.squareRoot, .float64):
        let values = unsafe buffer.bindMemory(to: Double.self)
        for index in values.indices { unsafe values[index].formSquareRoot() }
      case (.squareRoot, .float16), (.squareRoot, .bfloat16):
        let patterns = unsafe buffer.bindMemory(to: UInt16.self)
        for index in patterns.indices {
          unsafe patterns[index] = Self.mapped(patterns[index], dtype) { $0.squareRoot() }
        }
      case (.squareRoot, _):
        let values = unsafe buffer.bindMemory(to: Float.self)
        for index in values.indices { unsafe values[index].formSquareRoot() }
      case (.scaled(let factor), .float64):
        let values = unsafe buffer.bindMemory(to: Double.self)
        for index in values.indices { unsafe values[index] *= factor }
      case (.scaled(let factor), .float16), (.scaled(let factor), .bfloat16):
        let patterns = unsafe buffer.bindMemory(to: UInt16.self)
        for index in patterns.indices {
          unsafe patterns[index] = Self.mapped(patterns[index], dtype) { $0 * Float(factor) }
        }
      case (.scaled(let factor), _):
        let values = unsafe buffer.bindMemory(to: Float.self)
        for index in values.indices { unsafe values[index] *= Float(factor) }
      case (.singlePrecision, .float64):
        let values = unsafe buffer.bindMemory(to: Double.self)
        for index in values.indices { unsafe values[index] = Double(Float(values[index])) }
      case (.singlePrecision, _): break
      }
    }
  }

  private static func mapped(_ pattern: UInt16, _ dtype: DType, _ function: (Float) -> Float) -> UInt16 {
    dtype == .float16
      ? HalfPrecision.float16(function(HalfPrecision.float(float16: pattern)))
      : HalfPrecision.bfloat16(function(HalfPrecision.float(bfloat16: pattern)))
  }
}

private struct TransformedFiller: BlockFiller {
  let filler: any BlockFiller
  let transform: ElementTransform
  let dtype: DType

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    try filler.fill(range, into: &bytes)
    transform.apply(to: &bytes, dtype)
  }
}

private struct TransformedSequence: SequentialFiller {
  var filler: any SequentialFiller
  let transform: ElementTransform
  let dtype: DType

  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) throws(SourceFailure) {
    try filler.fill(range, into: &bytes)
    transform.apply(to: &bytes, dtype)
  }
}
