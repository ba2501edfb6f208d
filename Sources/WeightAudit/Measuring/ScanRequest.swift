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
  /// The step between the values that are kept. Vectors, of which rules look at each value, are always kept
  /// whole.
  func sampleStride(limit: Int) -> Int {
    let limit = spec.shape.rank < 2 ? TensorMeasurements.sampleLimit : limit
    return max(1, (spec.elementCount + limit - 1) / limit)
  }
}
