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

/// A tensor whose values are given.
private struct Given<Value: BitwiseCopyable & Sendable>: BlockFiller {
  let values: [Value]

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    bytes.withUnsafeMutableBytes { buffer in
      values[range].withUnsafeBytes { buffer.copyMemory(from: $0) }
    }
  }
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

  private func measure<Value: BitwiseCopyable & Sendable>(
    _ values: [Value], _ shape: [Int], axis: Int = -1, dtype: DType, workers: Int = 2
  ) async throws -> TensorMeasurements {
    let spec = try TensorSpec(path: "t", shape: Shape(shape), dtype: dtype)
    let request = ScanRequest(
      spec: spec, source: .blocks(Given(values: values)), units: UnitLayout(shape, axis: axis))
    return try await Scanner.measure([request], workers: workers)[0]
  }

  /// Numbers that look random, in (−1, 1).
  private func noise(_ count: Int) -> [Float] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(bitPattern: state) >> 40) * 0x1p-23
    }
  }

  @Test(arguments: [[200, 16_400], [9, 7], [333, 2047], [3, 70_001]])
  func `every unit of a layer of any width is measured`(shape: [Int]) async throws {
    let (inputs, units) = (shape[0], shape[1])
    let values = noise(inputs * units)
    let one = try #require(try await measure(values, shape, dtype: .float32, workers: 1).units)
    let two = try #require(try await measure(values, shape, dtype: .float32, workers: 2).units)
    let wide = try #require(try await measure(values.map(Double.init), shape, dtype: .float64).units)
    #expect(one.squares == two.squares && one.projections == two.projections)
    #expect(one.fingerprints == two.fingerprints && one.channelFingerprints == two.channelFingerprints)
    #expect(wide.largest == one.largest && wide.squares == one.squares)
    for unit in stride(from: 0, to: units, by: 1 + units / 50) {
      let weights = (0..<inputs).map { Double(values[$0 * units + unit]) }
      #expect(one.largest[unit] == weights.max())
      #expect(abs(one.squares[unit] - weights.reduce(0) { $0 + $1 * $1 }) < 1e-9)
      #expect(abs(one.sums[unit] - weights.reduce(0, +)) < 1e-9)
    }
  }

  @Test(arguments: [-1, 0]) func `parallel, opposite and equal units are found among thousands`(
    axis: Int
  ) async throws {
    let (inputs, units) = (48, 5000)
    var values = noise(inputs * units)
    func place(_ unit: Int, _ input: Int) -> Int { axis == 0 ? unit * inputs + input : input * units + unit }
    for (original, copy, factor) in [(17, 4321, 2.0 as Float), (1000, 1001, -0.5), (3, 4999, 1), (3, 77, 1)] {
      for input in 0..<inputs { values[place(copy, input)] = factor * values[place(original, input)] }
    }
    let shape = axis == 0 ? [units, inputs] : [inputs, units]
    let measured = try #require(try await measure(values, shape, axis: axis, dtype: .float32).units)
    #expect(measured.similar.map(\.first) == [17, 1000])
    #expect(measured.similar.map(\.second) == [4321, 1001])
    #expect(measured.similar.map { $0.cosine.rounded() } == [1, -1])
    #expect(measured.identical == [[3, 77, 4999]])
  }

  /// Clusters around the bar, where the first candidate of a unit is often none.
  @Test func `units near the bar are those that a comparison of all pairs finds`() async throws {
    let (inputs, units) = (24, 600)
    let random = noise(inputs * units)
    var weights = (0..<units).map { unit in
      (0..<inputs).map { Double(random[unit * inputs + $0]) }
    }
    for unit in 200..<units {
      let (base, length) = (
        weights[unit % 100], weights[unit % 100].map { $0 * $0 }.reduce(0, +).squareRoot()
      )
      let own = weights[unit].map { $0 * $0 }.reduce(0, +).squareRoot()
      let share = 0.01 + 0.08 * Double(unit) / Double(units)
      weights[unit] = zip(base, weights[unit]).map { $0 / length + share * $1 / own }
    }
    let values = weights.flatMap { $0 }
    let measured = try #require(try await measure(values, [units, inputs], axis: 0, dtype: .float64).units)
    var expected: Set<Int> = []
    for first in 0..<units {
      for second in first + 1..<units {
        let product = zip(weights[first], weights[second]).map { $0 * $1 }.reduce(0, +)
        let cosine = product / (measured.squares[first] * measured.squares[second]).squareRoot()
        if abs(cosine) >= 0.999 { expected.formUnion([first, second]) }
      }
    }
    #expect(expected.count > 100 && expected.count < units)
    #expect(Set(measured.similar.flatMap { [$0.first, $0.second] }) == expected)
  }

  @Test func `what is no number is counted and left out`() async throws {
    var values = noise(600 * 500)
    (values[3], values[5], values[299_999], values[7]) = (.nan, .infinity, -.infinity, -0.0)
    let measured = try await measure(values, [600, 500], dtype: .float32)
    let finite = values.filter(\.isFinite)
    #expect(measured.nanCount == 1 && measured.infinityCount == 2 && measured.zeroCount == 1)
    #expect(measured.negativeCount == finite.count { $0 < 0 })
    #expect(measured.range == (finite.min().map(Double.init) ?? 0)...(finite.max().map(Double.init) ?? 0))
    let mean = finite.reduce(0.0) { $0 + Double($1) } / Double(finite.count)
    #expect(abs(measured.mean - mean) < 1e-12)
  }

  @Test func `sums of the largest floats may overflow`() async throws {
    let values = noise(100 * 100).map { $0 < 0 ? -Float.greatestFiniteMagnitude : .greatestFiniteMagnitude }
    let measured = try #require(try await measure(values, [100, 100], dtype: .float32).units)
    #expect(measured.similar.isEmpty)
  }

  @Test func `one bit changes the fingerprint`() async throws {
    let values = noise(300_000)
    let original = try await measure(values, [300_000], dtype: .float32).fingerprint
    for place in [0, 127, 128, 255, 262_143, 262_144, 299_999] {
      var changed = values
      changed[place] = changed[place].nextUp
      #expect(try await measure(changed, [300_000], dtype: .float32).fingerprint != original)
    }
    var swapped = values
    swapped.swapAt(1, 129)
    #expect(try await measure(swapped, [300_000], dtype: .float32).fingerprint != original)
  }
}
