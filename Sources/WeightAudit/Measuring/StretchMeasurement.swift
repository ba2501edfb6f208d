import Tensors

/// What consecutive blocks of a tensor add to its measurements.
struct StretchMeasurement: Sendable {
  private let request: ScanRequest
  private let sampleLimit: Int
  private var blocks: [BlockMeasurement] = []
  private var units: UnitBlock?

  /// - Parameters:
  ///   - request: what is wanted.
  ///   - range: the elements of all blocks.
  ///   - sampleLimit: how many values of the tensor are kept.
  init(_ request: ScanRequest, _ range: Range<Int>, sampleLimit: Int) {
    self.request = request
    self.sampleLimit = sampleLimit
    units = request.units.map { UnitBlock(range, $0) }
  }

  /// Measures the elements `range` of the tensor, which follow those that were measured before.
  mutating func measure(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    switch request.spec.dtype {
    case .float32: unsafe bytes.withMemoryRebound(to: Float.self) { unsafe measure($0, range) }
    case .float64: unsafe bytes.withMemoryRebound(to: Double.self) { unsafe measure($0, range) }
    case .float16: unsafe measure(bytes, range) { HalfPrecision.float(float16: $0) }
    case .bfloat16: unsafe measure(bytes, range) { HalfPrecision.float(bfloat16: $0) }
    default:
      let dtype = request.spec.dtype
      let values = range.indices.map { unsafe dtype.value(in: bytes, at: $0 - range.lowerBound) }
      unsafe values.withUnsafeBufferPointer { unsafe measure($0, range) }
    }
  }

  @inline(__always)
  private mutating func measure(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ float: (UInt16) -> Float
  ) {
    let values = unsafe bytes.withMemoryRebound(to: UInt16.self) { unsafe $0.map(float) }
    unsafe values.withUnsafeBufferPointer { unsafe measure($0, range) }
  }

  private mutating func measure<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>
  ) {
    unsafe blocks.append(
      BlockMeasurement(values, range, sampledEvery: request.sampleStride(limit: sampleLimit)))
    unsafe units?.measure(values, range)
  }

  /// Adds the blocks that follow those that were added before.
  func add(to total: inout TensorMeasurements) {
    for block in blocks { block.add(to: &total) }
    guard let units, var sum = total.units.take() else { return }
    units.add(to: &sum)
    total.units = sum
  }
}
