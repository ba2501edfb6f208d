package import Tensors

/// A tensor to measure.
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

extension ScanRequest {
  /// The bytes of some elements.
  func bytes(_ range: Range<Int>) throws(SourceFailure) -> [UInt8] {
    let filler = try source.randomAccess(count: spec.elementCount, dtype: spec.dtype)
    var bytes = [UInt8](repeating: 0, count: range.count * spec.dtype.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    try filler.fill(range, into: &raw)
    return bytes
  }

  /// The step between the values that are kept. Vectors, of which rules look at each value, are always kept
  /// whole.
  func sampleStride(limit: Int) -> Int {
    let limit = spec.shape.rank < 2 ? TensorMeasurements.sampleLimit : limit
    return max(1, (spec.elementCount + limit - 1) / limit)
  }
}
