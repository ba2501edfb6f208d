import Foundation
import Tensors
import Testing
import WeightAudit

@Suite struct SeriesTests {
  private func request(_ values: [Float], _ shape: [Int]) throws -> ScanRequest {
    let spec = try TensorSpec(path: "k", shape: Shape(shape), dtype: .float32)
    let bytes = values.withUnsafeBytes { Array($0) }
    return ScanRequest(
      spec: spec, source: .blocks(MemoryFiller(bytes: bytes, bytesPerElement: 4)), units: UnitLayout(shape))
  }

  private static let shape = [30, 7]

  /// Four checkpoints: a step, a step on, a step back, and the same again.
  private func checkpoints() -> [[Float]] {
    let start = (0..<210).map { Float(sin(Double($0 * 37 % 211))) }
    let step = (0..<210).map { Float(cos(Double($0 * 53 % 199))) / 16 }
    func moved(_ times: Float) -> [Float] { zip(start, step).map { $0 + times * $1 } }
    return [start, moved(1), moved(3), moved(2), moved(2)]
  }

  private func points(valueLimit: Int = .max) async throws -> [TensorHistory.Point] {
    let requests = try checkpoints().map { [try request($0, Self.shape)] }
    return try await SeriesScanner.measure(requests, workers: 2, valueLimit: valueLimit).points[0]
  }

  private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test(arguments: [Int.max, 210, 64, 1]) func `changes are those of plain sums`(limit: Int) async throws {
    let files = checkpoints().map { $0.map(Double.init) }
    let points = try await points(valueLimit: limit)
    #expect(points.count == 5 && points[0].change == nil)
    for index in 1..<5 {
      let change = try #require(points[index].change)
      let difference = zip(files[index], files[index - 1]).map { $0 - $1 }
      #expect(abs(points[index].norm - norm(files[index])) < 1e-9)
      #expect(abs(change.norm - norm(difference)) < 1e-5)
      #expect(abs(change.ratio - norm(difference) / norm(files[index - 1])) < 1e-6)
    }
    #expect(try #require(points[2].change?.cosine) > 0.999)
    #expect(try #require(points[3].change?.cosine) < -0.999)
    #expect(points[4].change?.isNone == true && points[4].change?.cosine == nil)
    // A spectrum needs the whole kernel.
    #expect((points[0].spectralNorm == nil) == (limit < 210))
  }

  /// The first half moves in both steps, the second half in the first one only.
  @Test(arguments: [Int.max, 105, 50]) func `a part that rests counts in the angle`(limit: Int) async throws {
    let start = checkpoints()[0]
    let middle = start.map { $0 + 1 }
    let end = zip(middle.indices, middle).map { $0 < 105 ? $1 + 1 : $1 }
    let requests = try [start, middle, end].map { [try request($0, Self.shape)] }
    let points = try await SeriesScanner.measure(requests, workers: 1, valueLimit: limit).points[0]
    #expect(abs(try #require(points[2].change?.cosine) - (0.5).squareRoot()) < 1e-6)
  }

  @Test func `measurements are those of a file alone`() async throws {
    let requests = try checkpoints().map { [try request($0, Self.shape)] }
    for limit in [Int.max, 50] {
      let measured = try await SeriesScanner.measure(requests, workers: 1, valueLimit: limit).measurements
      for (file, request) in zip(measured, requests) {
        let alone = try await Scanner.measure(request, workers: 1)[0]
        #expect(file[0].mean == alone.mean && file[0].fingerprint == alone.fingerprint)
        #expect(file[0].units?.projections == alone.units?.projections)
      }
    }
  }

  /// A diagonal matrix under a rotation of its rows has the diagonal as its singular values.
  @Test func `the spectral norm is the largest singular value`() async throws {
    var values = [Float](repeating: 0, count: 36)
    for (index, value) in [3.0, -5, 2, 1, 0.5, 4].enumerated() {
      values[(index + 1) % 6 * 6 + index] = Float(value)
    }
    let requests = [[try request(values, [6, 6])], [try request(values.map { $0 * 2 }, [6, 6])]]
    let points = try await SeriesScanner.measure(requests, workers: 1, valueLimit: .max).points[0]
    #expect(abs(try #require(points[0].spectralNorm) - 5) < 1e-4)
    #expect(abs(try #require(points[1].spectralNorm) - 10) < 1e-4)
    #expect(abs(try #require(points[0].stableRank) - 55.25 / 25) < 1e-3)
  }

  @Test func `what is not finite has no change`() async throws {
    var broken = checkpoints()[1]
    broken[5] = .infinity
    broken[6] = .nan
    let requests = try [checkpoints()[0], broken, checkpoints()[2]].map { [try request($0, Self.shape)] }
    let points = try await SeriesScanner.measure(requests, workers: 1, valueLimit: .max).points[0]
    #expect(points.map(\.nonFiniteCount) == [0, 2, 0])
    #expect(points.allSatisfy { $0.change == nil })
    #expect(points[1].spectralNorm == nil && points[2].spectralNorm != nil)
  }
}
