import Tensors
import Testing
import WeightAudit

/// A tensor whose values are a function of their place.
private struct Formula: BlockFiller {
  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    bytes.withUnsafeMutableBytes { buffer in
      for (offset, element) in range.enumerated() {
        buffer.storeBytes(of: Self.value(element), toByteOffset: offset * 4, as: Float.self)
      }
    }
  }

  static func value(_ element: Int) -> Float { Float((element &* 7919) % 10_007) / 1000 - 5 }
}

@Suite struct ScannerTests {
  private func measure(_ shape: [Int], axis: Int = -1, workers: Int) async throws -> TensorMeasurements {
    let spec = try TensorSpec(path: "t", shape: Shape(shape), dtype: .float32)
    let request = ScanRequest(spec: spec, source: .blocks(Formula()), units: UnitLayout(shape, axis: axis))
    return try await Scanner.measure([request], workers: workers)[0]
  }

  @Test(arguments: [[700, 1000], [3, 3, 300, 257], [1_000_003], [2, 400_000]])
  func `moments are those of a plain sum, for any number of workers`(shape: [Int]) async throws {
    let count = shape.reduce(1, *)
    let values = (0..<count).map { Double(Formula.value($0)) }
    let mean = values.reduce(0, +) / Double(count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let one = try await measure(shape, workers: 1)
    #expect(one.count == count)
    #expect(abs(one.mean - mean) < 1e-12)
    #expect(abs(one.squaredDeviations / squares - 1) < 1e-12)
    #expect(one.range == (values.min() ?? 0)...(values.max() ?? 0))
    #expect(one.zeroCount == values.count { $0 == 0 })
    #expect(one.negativeCount == values.count { $0 < 0 })
    #expect(one.sample.count <= TensorMeasurements.sampleLimit)
    #expect(one.leading == Array(values.prefix(256)))
    for workers in [2, 5] {
      let other = try await measure(shape, workers: workers)
      #expect(other.mean == one.mean && other.squaredDeviations == one.squaredDeviations)
      #expect(other.fingerprint == one.fingerprint && other.sample == one.sample)
      #expect(
        other.units?.squares == one.units?.squares && other.units?.projections == one.units?.projections)
    }
  }

  @Test(arguments: [-1, 0, 1]) func `units are those of their axis`(axis: Int) async throws {
    let shape = [300, 41, 53]
    let index = axis < 0 ? 2 : axis
    let measured = try #require(try await measure(shape, axis: axis, workers: 2).units)
    var squares = [Double](repeating: 0, count: shape[index])
    var sums = squares
    for element in 0..<shape.reduce(1, *) {
      let place = [element / (41 * 53), element / 53 % 41, element % 53][index]
      let value = Double(Formula.value(element))
      squares[place] += value * value
      sums[place] += value
    }
    for unit in squares.indices {
      #expect(abs(measured.squares[unit] / squares[unit] - 1) < 1e-9)
      #expect(abs(measured.sums[unit] - sums[unit]) < 1e-6)
    }
  }
}
