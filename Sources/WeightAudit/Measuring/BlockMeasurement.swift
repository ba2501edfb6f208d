package import Tensors

/// What a tensor is measured for.
package struct ScanRequest: Sendable {
  package let spec: TensorSpec
  package let source: TensorSource
  package let units: UnitLayout?

  package init(spec: TensorSpec, source: TensorSource, units: UnitLayout?) {
    self.spec = spec
    self.source = source
    self.units = units
  }
}

/// What a block of a tensor adds to its measurements.
struct BlockMeasurement: Sendable {
  private var counts = TensorMeasurements()
  private var units: UnitBlock?

  /// - Parameters:
  ///   - bytes: the elements `range` of the tensor.
  ///   - range: which elements they are.
  ///   - request: what is wanted.
  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ request: ScanRequest) {
    switch request.spec.dtype {
    case .float32: bytes.withMemoryRebound(to: Float.self) { measure($0, range, request) }
    case .float64: bytes.withMemoryRebound(to: Double.self) { measure($0, range, request) }
    default:
      let dtype = request.spec.dtype
      let values = range.indices.map { dtype.value(in: bytes, at: $0 - range.lowerBound) }
      values.withUnsafeBufferPointer { measure($0, range, request) }
    }
  }

  private mutating func measure<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, _ request: ScanRequest
  ) {
    measureCounts(values)
    measureMoments(values)
    keepSample(values, range, of: request.spec.elementCount)
    if let layout = request.units { units = UnitBlock(values, range, layout) }
  }

  private mutating func measureCounts<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    var (nan, infinite, zero, subnormal, negative) = (0, 0, 0, 0, 0)
    var (lowest, highest) = (Value.infinity, -Value.infinity)
    var fingerprint = Fingerprint()
    for value in values {
      fingerprint.add(value.word)
      guard value.isFinite else {
        if value.isNaN { nan += 1 } else { infinite += 1 }
        continue
      }
      if value < 0 { negative += 1 }
      if value == 0 { zero += 1 } else if value.isTiny { subnormal += 1 }
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    counts.count = values.count
    (counts.nanCount, counts.infinityCount) = (nan, infinite)
    (counts.zeroCount, counts.subnormalCount, counts.negativeCount) = (zero, subnormal, negative)
    counts.positiveCount = counts.finiteCount - zero - negative
    counts.range = lowest <= highest ? lowest.double...highest.double : nil
    counts.fingerprint = fingerprint
  }

  /// Two passes over a block that is in the cache: no cancellation, however far the mean is from zero.
  private mutating func measureMoments<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    guard counts.finiteCount > 0 else { return }
    let isFinite = counts.finiteCount == values.count
    var sum = 0.0
    for value in values where isFinite || value.isFinite { sum += value.double }
    let mean = sum / Double(counts.finiteCount)
    var squares = 0.0
    for value in values where isFinite || value.isFinite {
      let deviation = value.double - mean
      squares += deviation * deviation
    }
    (counts.mean, counts.squaredDeviations) = (mean, squares)
  }

  private mutating func keepSample<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, of total: Int
  ) {
    let limit = TensorMeasurements.sampleLimit
    let stride = max(1, (total + limit - 1) / limit)
    var next = (range.lowerBound + stride - 1) / stride * stride
    while next < range.upperBound {
      counts.sample.append(values[next - range.lowerBound].double)
      next += stride
    }
    let leading = range.clamped(to: 0..<TensorMeasurements.leadingLimit)
    if !leading.isEmpty, range.lowerBound < TensorMeasurements.leadingLimit {
      counts.leading = leading.map { values[$0 - range.lowerBound].double }
    }
  }

  /// Adds the block that follows those that were added before.
  func add(to total: inout TensorMeasurements) {
    total.count += counts.count
    total.nanCount += counts.nanCount
    total.infinityCount += counts.infinityCount
    total.zeroCount += counts.zeroCount
    total.subnormalCount += counts.subnormalCount
    total.positiveCount += counts.positiveCount
    total.negativeCount += counts.negativeCount
    if let range = counts.range {
      let old = total.range ?? range
      total.range =
        min(old.lowerBound, range.lowerBound)...max(old.upperBound, range.upperBound)
    }
    total.mergeMoments(
      count: counts.finiteCount, mean: counts.mean, squaredDeviations: counts.squaredDeviations)
    total.sample += counts.sample
    total.leading += counts.leading
    total.fingerprint.add(counts.fingerprint)
    if let units { units.add(to: &total) }
  }
}

/// A floating-point type that blocks are measured in.
protocol MeasuredValue: BinaryFloatingPoint, Sendable {
  var double: Double { get }
  /// The bits, for fingerprints.
  var word: UInt64 { get }
  /// Whether it is below 2⁻¹²⁶ in magnitude.
  var isTiny: Bool { get }
}

extension Float: MeasuredValue {
  var double: Double { Double(self) }
  var word: UInt64 { UInt64(bitPattern) }
  var isTiny: Bool { isSubnormal }
}

extension Double: MeasuredValue {
  var double: Double { self }
  var word: UInt64 { bitPattern }
  var isTiny: Bool { magnitude < 0x1p-126 }
}
