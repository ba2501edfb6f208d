/// The order of the axes of a convolution's kernel: receptive field, inputs and outputs.
enum KernelLayout {
  /// `(…sizes, inputs, outputs)`, whatever the data format: Keras 2 and 3, and Keras 1 with
  /// `dim_ordering="tf"`.
  case filtersLast
  /// `(outputs, inputs, …sizes)`: Keras 1 with `dim_ordering="th"`.
  case filtersFirst
  /// `(size, 1, inputs, outputs)`: Keras 1 in one dimension, since 1.1.
  case row
  /// `(outputs, inputs, size, 1)`: Keras 1.0 in one dimension.
  case column

  init(_ config: LayerConfig, rank: Int, _ dataFormat: DataFormat) {
    self =
      switch (config.generation.family, rank, dataFormat) {
      case (.keras1, 1, _): config.generation.isAtLeast(1, 1) ? .row : .column
      case (.keras1, _, .channelsFirst): .filtersFirst
      default: .filtersLast
      }
  }

  func shape(_ sizes: [Int], inputs: Int, outputs: Int) -> [Int] {
    switch self {
    case .filtersLast: sizes + [inputs, outputs]
    case .filtersFirst: [outputs, inputs] + sizes
    case .row: sizes + [1, inputs, outputs]
    case .column: [outputs, inputs] + sizes + [1]
    }
  }

  /// The rule of Keras 1 for the fans of such a kernel: it counts only two axes of the receptive field of a
  /// kernel with filters last, and reads a row as if its filters came first.
  func fanRule(spatialRank rank: Int) -> FanRule {
    switch self {
    case .filtersLast: .axes(FanAxes(input: [0, 1, rank], output: [0, 1, rank + 1]))
    case .filtersFirst, .row, .column:
      .axes(
        FanAxes(
          input: [1] + Array(2..<max(rank, 2) + 2), output: [0] + Array(2..<max(rank, 2) + 2)))
    }
  }
}
