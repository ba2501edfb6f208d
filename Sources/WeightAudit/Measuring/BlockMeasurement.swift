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

  /// Without branches, and without anything that waits for the value before, so that the loop runs in vectors.
  private mutating func measureCounts<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    // A block has fewer than 2³¹ values.
    var (nan, finite, zero, tiny, negative): (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)
    var (lowest, highest) = (Value.infinity, -Value.infinity)
    for value in values {
      let magnitude = value.magnitude
      let isFinite = magnitude < .infinity
      nan &+= value == value ? 0 : 1
      finite &+= isFinite ? 1 : 0
      zero &+= magnitude == 0 ? 1 : 0
      tiny &+= magnitude < Value.leastNormalFloat ? 1 : 0
      negative &+= isFinite && value < 0 ? 1 : 0
      lowest = isFinite && value < lowest ? value : lowest
      highest = isFinite && value > highest ? value : highest
    }
    counts.count = values.count
    (counts.nanCount, counts.infinityCount) = (Int(nan), values.count - Int(finite) - Int(nan))
    (counts.zeroCount, counts.subnormalCount) = (Int(zero), Int(tiny - zero))
    counts.negativeCount = Int(negative)
    counts.positiveCount = counts.finiteCount - counts.zeroCount - counts.negativeCount
    counts.range = lowest <= highest ? lowest.double...highest.double : nil
    counts.fingerprint = Fingerprint(values)
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
  /// 2⁻¹²⁶, below which a float32 is subnormal.
  static var leastNormalFloat: Self { get }
}

extension Float: MeasuredValue {
  var double: Double { Double(self) }
  var word: UInt64 { UInt64(bitPattern) }
  static let leastNormalFloat = Float.leastNormalMagnitude
}

extension Double: MeasuredValue {
  var double: Double { self }
  var word: UInt64 { bitPattern }
  static let leastNormalFloat = 0x1p-126
}
