/// What a block of a tensor adds to its measurements but those of its units.
struct BlockMeasurement: Sendable {
  private var counts = TensorMeasurements()

  /// - Parameters:
  ///   - values: the elements `range` of the tensor.
  ///   - range: which elements they are.
  ///   - stride: which elements are kept: those whose index is a multiple of it.
  init<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, sampledEvery stride: Int
  ) {
    unsafe measureCounts(values)
    unsafe measureMoments(values)
    unsafe keepSample(values, range, every: stride)
    counts.fingerprint = unsafe Fingerprint(values)
  }

  /// By the bits, without branches, so that the loop runs in vectors.
  private mutating func measureCounts<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    typealias Bits = Value.Bits
    let (infinity, leastNormal) = (Value.infinity.bits, Value.leastNormalFloat.bits)
    // A block has fewer than 2³¹ values.
    var (unfinite, zero, tiny, negative, negativeZero): (Bits, Bits, Bits, Bits, Bits) = (0, 0, 0, 0, 0)
    var (lowest, highest) = (Bits.max, Bits.min)
    for index in values.indices {
      let value = unsafe values[index]
      let bits = value.bits
      let magnitude = bits & .max
      unfinite &+= magnitude >= infinity ? 1 : 0
      zero &+= magnitude == 0 ? 1 : 0
      tiny &+= magnitude < leastNormal ? 1 : 0
      negative &+= bits < 0 ? 1 : 0
      negativeZero &+= bits == .min ? 1 : 0
      let order = value.order
      lowest = order < lowest ? order : lowest
      highest = order > highest ? order : highest
    }
    counts.count = values.count
    (counts.zeroCount, counts.subnormalCount) = (Int(zero), Int(tiny - zero))
    if unfinite == 0 {
      counts.negativeCount = Int(negative - negativeZero)
      counts.range = Value.range(lowest, highest)
    } else {
      let finite = unsafe values.lazy.filter(\.isFinite)
      counts.nanCount = unsafe values.count { $0.isNaN }
      counts.infinityCount = Int(unfinite) - counts.nanCount
      counts.negativeCount = unsafe finite.count { $0 < 0 }
      counts.range = unsafe finite.min().flatMap { least in
        unsafe finite.max().map { least.double...$0.double }
      }
    }
    counts.positiveCount = counts.finiteCount - counts.zeroCount - counts.negativeCount
  }

  /// Two passes over a block that is in the cache: no cancellation, however far the mean is from zero.
  private mutating func measureMoments<Value: MeasuredValue>(_ values: UnsafeBufferPointer<Value>) {
    guard counts.finiteCount > 0 else { return }
    guard counts.finiteCount == values.count else {
      let finite = unsafe values.filter(\.isFinite)
      return unsafe finite.withUnsafeBufferPointer { unsafe measureMoments(finite: $0) }
    }
    unsafe measureMoments(finite: values)
  }

  private mutating func measureMoments<Value: MeasuredValue>(finite values: UnsafeBufferPointer<Value>) {
    let mean = unsafe Self.sum(values) { $0 } / Double(values.count)
    let squares = unsafe Self.sum(values) { ($0 - mean) * ($0 - mean) }
    (counts.mean, counts.squaredDeviations) = (mean, squares)
  }

  /// Σ f(v) in eight sums that do not wait for each other.
  @inline(__always)
  private static func sum<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ term: (Double) -> Double
  ) -> Double {
    var (a, b, c, d, e, f, g, h) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    let end = values.count & ~7
    for index in stride(from: 0, to: end, by: 8) {
      unsafe a += term(values[index].double)
      unsafe b += term(values[index + 1].double)
      unsafe c += term(values[index + 2].double)
      unsafe d += term(values[index + 3].double)
      unsafe e += term(values[index + 4].double)
      unsafe f += term(values[index + 5].double)
      unsafe g += term(values[index + 6].double)
      unsafe h += term(values[index + 7].double)
    }
    for index in end..<values.count { unsafe a += term(values[index].double) }
    return ((a + b) + (c + d)) + ((e + f) + (g + h))
  }

  private mutating func keepSample<Value: MeasuredValue>(
    _ values: UnsafeBufferPointer<Value>, _ range: Range<Int>, every stride: Int
  ) {
    var next = (range.lowerBound + stride - 1) / stride * stride
    counts.sample.reserveCapacity(max(0, (range.upperBound - next + stride - 1) / stride))
    while next < range.upperBound {
      unsafe counts.sample.append(values[next - range.lowerBound].double)
      next += stride
    }
    let leading = range.clamped(to: 0..<TensorMeasurements.leadingLimit)
    if !leading.isEmpty, range.lowerBound < TensorMeasurements.leadingLimit {
      counts.leading = leading.map { unsafe values[$0 - range.lowerBound].double }
    }
  }

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
    // Of most tensors there is one block.
    if total.sample.isEmpty { total.sample = counts.sample } else { total.sample += counts.sample }
    if total.leading.isEmpty { total.leading = counts.leading } else { total.leading += counts.leading }
    total.fingerprint.add(counts.fingerprint)
  }
}
