import Synchronization
package import Tensors

/// Reads the values of all checkpoints of a series once, tensor by tensor.
///
/// In memory are three copies of a tensor for each worker: the one before, the one at hand, and their
/// difference. Of what is too large for that, parts are compared one after the other, and values are read a
/// second time to be measured.
package enum SeriesScanner {
  /// What was measured in a series.
  package struct Result: Sendable {
    /// By checkpoint and tensor.
    package let measurements: [[TensorMeasurements]]
    /// By tensor and checkpoint.
    package let points: [[TensorHistory.Point]]
  }

  /// - Parameters:
  ///   - checkpoints: the tensors of each, the same ones in one order.
  ///   - workers: the number of threads; no effect on the result.
  ///   - valueLimit: how many values of a tensor are held in memory.
  ///   - progress: called with the number of bytes that were read since the last call.
  /// - Returns: the measurements.
  /// - Throws: if the values of a tensor cannot be read.
  package static func measure(
    _ checkpoints: [[ScanRequest]], workers: Int, valueLimit: Int,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(SourceFailure) -> Result {
    let count = checkpoints.first?.count ?? 0
    // The last file is measured as it is alone. Of the others less is kept, as they are kept together.
    let alone = TensorMeasurements.sampleLimit(tensors: count)
    let among = TensorMeasurements.sampleLimit(tensors: count * checkpoints.count)
    let sampleLimits = checkpoints.indices.map { $0 == checkpoints.count - 1 ? alone : among }
    let scans = Mutex<[Int: TensorScan]>([:])
    try await forEachIndex(below: count, workers: workers) { index throws(SourceFailure) in
      let scan = try TensorScan(
        checkpoints.map { $0[index] }, sampleLimits: sampleLimits, valueLimit: max(1, valueLimit), progress)
      scans.withLock { $0[index] = scan }
    }
    let ordered = scans.withLock { scans in (0..<count).compactMap { scans[$0] } }
    return Result(
      measurements: checkpoints.indices.map { checkpoint in ordered.map { $0.measurements[checkpoint] } },
      points: ordered.map(\.points))
  }
}

/// One tensor over all checkpoints.
private struct TensorScan: Sendable {
  let measurements: [TensorMeasurements]
  let points: [TensorHistory.Point]

  init(
    _ requests: [ScanRequest], sampleLimits: [Int], valueLimit: Int, _ progress: (Int) -> Void
  ) throws(SourceFailure) {
    let count = requests.map(\.spec.elementCount).min() ?? 0
    let isHeld = count <= valueLimit
    var measurements: [TensorMeasurements] = []
    var norms: [Double?] = []
    var sums = [ChangeSums](repeating: ChangeSums(), count: requests.count)
    let columns = isHeld ? requests.first?.matrixColumns : nil
    for start in stride(from: 0, to: count, by: valueLimit) {
      let part = start..<min(count, start + valueLimit)
      var tracker = ChangeTracker()
      for (number, request) in requests.enumerated() {
        let bytes = try request.bytes(part)
        progress(bytes.count)
        let values = request.spec.dtype.floats(bytes)
        tracker.add(bytes, values, to: &sums[number])
        guard isHeld else { continue }
        let held = MemoryFiller(bytes: bytes, bytesPerElement: request.spec.dtype.byteCount)
        let measured = try Scanner.measure(
          ScanRequest(spec: request.spec, source: .blocks(held), units: request.units),
          sampleLimit: sampleLimits[number])
        measurements.append(measured)
        let isFinite = measured.finiteCount == measured.count
        norms.append(isFinite ? columns.map { SpectralNorm.measure(values, columns: $0) } : nil)
      }
    }
    if measurements.isEmpty {
      for (request, limit) in zip(requests, sampleLimits) {
        measurements.append(try Scanner.measure(request, sampleLimit: limit))
        norms.append(nil)
      }
    }
    points = zip(measurements, zip(norms, sums)).enumerated().map { number, measured in
      let (values, (spectralNorm, sums)) = measured
      let isFinite = values.finiteCount == values.count
      let before = number > 0 ? measurements[number - 1] : nil
      return TensorHistory.Point(
        norm: isFinite ? values.norm : .nan, nonFiniteCount: values.count - values.finiteCount,
        spectralNorm: spectralNorm,
        change: before.flatMap { before in
          isFinite && before.finiteCount == before.count ? sums.change(from: before.norm) : nil
        })
    }
    self.measurements = measurements
  }
}

/// What the parts of a tensor add to its change since the checkpoint before.
private struct ChangeSums: Sendable {
  /// Σ d², Σ d·d′ and Σ d′², with d′ of the change before.
  var squares = 0.0
  var products = 0.0
  var formerSquares = 0.0
  var isNone = true

  func change(from norm: Double) -> TensorHistory.Change {
    let length = squares.squareRoot()
    let lengths = length * formerSquares.squareRoot()
    return TensorHistory.Change(
      norm: length, ratio: length == 0 ? 0 : length / norm,
      cosine: lengths > 0 ? min(1, max(-1, products / lengths)) : nil, isNone: isNone)
  }
}

/// Compares a part of a tensor with the same part in the checkpoint before.
private struct ChangeTracker {
  private var bytes: [UInt8] = []
  private var values: [Float] = []
  private var difference: [Float] = []

  mutating func add(_ bytes: [UInt8], _ values: [Float], to sums: inout ChangeSums) {
    defer { (self.bytes, self.values) = (bytes, values) }
    guard self.values.count == values.count else { return }
    if self.bytes == bytes {
      // Nothing goes in the direction of the change before.
      sums.formerSquares += difference.dot(difference)
      difference = []
      return
    }
    sums.isNone = false
    let former = difference
    let changed = zip(values, self.values).map { $0 - $1 }
    sums.squares += changed.dot(changed)
    if former.count == changed.count {
      sums.products += changed.dot(former)
      sums.formerSquares += former.dot(former)
    }
    difference = changed
  }
}

extension [Float] {
  /// Σ a·b, in double precision.
  fileprivate func dot(_ other: [Float]) -> Double {
    var sums = SIMD4<Double>.zero
    let even = count & ~3
    var index = 0
    while index < even {
      let a = SIMD4<Float>(self[index], self[index + 1], self[index + 2], self[index + 3])
      let b = SIMD4<Float>(other[index], other[index + 1], other[index + 2], other[index + 3])
      sums += SIMD4<Double>(a) * SIMD4<Double>(b)
      index += 4
    }
    var sum = sums.sum()
    for index in even..<count { sum += Double(self[index]) * Double(other[index]) }
    return sum
  }
}

extension TensorMeasurements {
  /// The root of the sum of squares, if all values are finite.
  fileprivate var norm: Double { rootMeanSquare * Double(finiteCount).squareRoot() }
}

extension ScanRequest {
  /// The number of columns of a kernel as a matrix; `nil` of what is no kernel.
  fileprivate var matrixColumns: Int? {
    units == nil ? nil : spec.shape.dimensions.last
  }
}
