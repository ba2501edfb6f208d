package import Tensors

/// What a kernel loses when it is converted to another type.
package struct RoundingError: Sendable, Hashable {
  package let dtype: DType
  /// ‖W′ − W‖ / ‖W‖.
  package let relative: Double
  /// The same of the output channel that loses most.
  package let worstChannel: Double
  /// How many values that are not 0 become 0.
  package let vanished: Int
  /// How many finite values become infinite.
  package let overflowed: Int

  /// - Parameters:
  ///   - values: the kernel's, all of them finite.
  ///   - layout: where its output channels are: each has a scale of its own in int8, as Keras's quantizer
  ///     gives it.
  ///   - dtype: the other type.
  init(_ values: [Float], _ layout: MatrixLayout, to dtype: DType) {
    self.dtype = dtype
    let channelCount = layout.isByRow ? layout.rows : layout.columns
    func channel(_ index: Int) -> Int {
      layout.isByRow ? index / layout.columns % layout.rows : index % layout.columns
    }
    let scales = dtype == .int8 ? Self.scales(values, channelCount, channel) : []
    var (errors, squares) = (
      [Double](repeating: 0, count: channelCount), [Double](repeating: 0, count: channelCount)
    )
    var (vanished, overflowed) = (0, 0)
    for (index, value) in values.enumerated() {
      let channel = channel(index)
      let rounded: Float =
        switch dtype {
        case .float16: HalfPrecision.float(float16: HalfPrecision.float16(value))
        case .bfloat16: HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(value))
        case .int8:
          min(127, max(-127, (value * scales[channel]).rounded(.toNearestOrEven))) / scales[channel]
        default: value
        }
      if rounded == 0, value != 0 { vanished += 1 }
      if !rounded.isFinite { overflowed += 1 }
      let error = Double(rounded) - Double(value)
      errors[channel] += error * error
      squares[channel] += Double(value) * Double(value)
    }
    (self.vanished, self.overflowed) = (vanished, overflowed)
    let square = squares.reduce(0, +)
    relative = square > 0 ? (errors.reduce(0, +) / square).squareRoot() : 0
    worstChannel = zip(errors, squares).map { $1 > 0 ? ($0 / $1).squareRoot() : 0 }.max() ?? 0
  }

  /// 127 over each channel's largest magnitude, in single precision as Keras computes it.
  private static func scales(_ values: [Float], _ count: Int, _ channel: (Int) -> Int) -> [Float] {
    var largest = [Float](repeating: 0, count: count)
    for (index, value) in values.enumerated() {
      largest[channel(index)] = max(largest[channel(index)], abs(value))
    }
    return largest.map { 127 / ($0 + 1e-7) }
  }
}
