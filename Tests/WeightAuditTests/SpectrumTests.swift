import Foundation
import Tensors
import TestSupport
import Testing
import WeightAudit

/// What WeightWatcher says of a kernel; see `fixtures/README.md`.
private struct Vector: Decodable {
  let name: String
  let shape: [Int]
  let values: [Float]
  let alpha, sigma, D, xmin: Double
  let num_evals, num_pl_spikes: Double
  let alpha_weighted, log_alpha_norm, norm, spectral_norm, stable_rank: Double
  let warning: String?

  struct File: Decodable { let kernels: [Vector] }

  static func all() throws -> [Vector] {
    let url = Fixtures.packageDirectory.appending(path: "fixtures/spectra/vectors.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: url)).kernels
  }
}

@Suite struct SpectrumTests {
  private func details(
    _ values: [Float], _ shape: [Int], _ request: KernelDetails.Request, layout: MatrixLayout?,
    valueLimit: Int = .max
  ) async throws -> KernelDetails {
    let spec = try TensorSpec(path: "k", shape: Shape(shape), dtype: .float32)
    let bytes = values.withUnsafeBytes { Array($0) }
    let scan = ScanRequest(
      spec: spec, source: .blocks(MemoryFiller(bytes: bytes, bytesPerElement: 4)), units: UnitLayout(shape))
    return try await KernelDetails.measure(
      [(scan, #require(layout))], request, valueLimit: valueLimit, workers: 1)[0]
  }

  private func spectrum(_ values: [Float], _ shape: [Int]) async throws -> KernelDetails {
    var request = KernelDetails.Request()
    request.spectrum = true
    let shaped = Shape(shape)
    let layout =
      shape.count > 2 ? MatrixLayout(convolution: shaped) : MatrixLayout(shaped, joining: 1)
    return try await details(values, shape, request, layout: layout)
  }

  @Test func `metrics are WeightWatcher's`() async throws {
    let vectors = try Vector.all()
    #expect(vectors.count == 6)
    for vector in vectors {
      let spectrum = try #require(try await spectrum(vector.values, vector.shape).spectrum)
      let fit = try #require(spectrum.powerLaw)
      func isClose(_ value: Double?, _ expected: Double) -> Bool {
        abs((value ?? .nan) - expected) <= 1e-6 * max(1e-3, abs(expected))
      }
      #expect(spectrum.eigenvalues.count == Int(vector.num_evals))
      #expect(fit.tailCount == Int(vector.num_pl_spikes))
      #expect(isClose(fit.alpha, vector.alpha), "\(vector.name)")
      #expect(isClose(fit.sigma, vector.sigma), "\(vector.name)")
      #expect(isClose(fit.distance, vector.D), "\(vector.name)")
      #expect(isClose(fit.tailStart, vector.xmin), "\(vector.name)")
      #expect(isClose(spectrum.weightedAlpha, vector.alpha_weighted), "\(vector.name)")
      #expect(isClose(spectrum.logAlphaNorm, vector.log_alpha_norm), "\(vector.name)")
      #expect(isClose(spectrum.norm, vector.norm), "\(vector.name)")
      #expect(isClose(spectrum.spectralNorm, vector.spectral_norm), "\(vector.name)")
      #expect(isClose(spectrum.stableRank, vector.stable_rank), "\(vector.name)")
      #expect(spectrum.verdict == vector.warning, "\(vector.name)")
    }
  }

  /// The second difference with fixed ends has the eigenvalues 2 − 2 cos(πk / (n + 1)); its square is WᵀW.
  @Test(arguments: [8, 31, 32, 33, 64, 65, 100, 257])
  func `eigenvalues are the known ones`(size: Int) async throws {
    var values = [Float](repeating: 0, count: size * size)
    for row in 0..<size {
      values[row * size + row] = 2
      if row > 0 { values[row * size + row - 1] = -1 }
      if row < size - 1 { values[row * size + row + 1] = -1 }
    }
    let found = try #require(try await spectrum(values, [size, size]).spectrum).eigenvalues
    for (index, value) in found.enumerated() {
      let root = 2 - 2 * cos(Double.pi * Double(index + 1) / Double(size + 1))
      #expect(abs(value - root * root) < 1e-12)
    }
  }

  @Test(arguments: [[9, 40], [40, 9], [300, 17], [17, 300]])
  func `the eigenvalues add up to the norm, tall or wide`(shape: [Int]) async throws {
    let count = shape[0] * shape[1]
    let values = (0..<count).map { Float(sin(Double($0 * $0 % 1009))) }
    let spectrum = try #require(try await spectrum(values, shape).spectrum)
    let norm = values.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(spectrum.norm / norm - 1) < 1e-12)
    #expect(spectrum.eigenvalues.count == shape.min())
    let size = Double(shape.min() ?? 0)
    #expect((1...size).contains(spectrum.stableRank) && (1...size).contains(spectrum.effectiveRank))
  }

  @Test func `one direction has rank one, and zeros have none`() async throws {
    let ones = [Float](repeating: 0.5, count: 20 * 12)
    let one = try #require(try await spectrum(ones, [20, 12]).spectrum)
    #expect(abs(one.stableRank - 1) < 1e-12 && abs(one.effectiveRank - 1) < 1e-6)
    let zeros = try #require(try await spectrum([Float](repeating: 0, count: 240), [20, 12]).spectrum)
    #expect(zeros.stableRank == 0 && zeros.effectiveRank == 0 && zeros.powerLaw == nil)
    #expect(zeros.weightedAlpha == nil && zeros.verdict == nil)
  }

  @Test func `what is not measured has a reason`() async throws {
    #expect(
      try await spectrum([Float](repeating: 1, count: 70), [10, 7]).reason == "fewer than 8 eigenvalues")
    var values = [Float](repeating: 1, count: 100)
    values[3] = .nan
    #expect(try await spectrum(values, [10, 10]).reason?.contains("not finite") == true)
    var request = KernelDetails.Request()
    request.spectrum = true
    let layout = MatrixLayout(Shape([10, 10]), joining: 1)
    let large = try await details(values, [10, 10], request, layout: layout, valueLimit: 99)
    #expect(large.reason?.contains("more than 99 values") == true)
  }

  @Test func `rounding loses what a type cannot hold`() async throws {
    let values: [Float] = [1, 70_000, 1e-9, -0.5, 0.3, 0]
    func rounding(_ dtype: DType) async throws -> RoundingError {
      var request = KernelDetails.Request()
      request.dtype = dtype
      let layout = MatrixLayout(Shape([3, 2]), joining: 1)
      return try #require(try await details(values, [3, 2], request, layout: layout).rounding)
    }
    let half = try await rounding(.float16)
    #expect(half.overflowed == 1 && half.vanished == 1)
    let brain = try await rounding(.bfloat16)
    #expect(brain.overflowed == 0 && brain.vanished == 0 && brain.relative < 0.004)
    // The first channel's scale is 127, so that 0.3 is 38 of 127; the second one's leaves nothing of -0.5.
    let int8 = try await rounding(.int8)
    #expect(int8.overflowed == 0 && int8.vanished == 2)
    #expect(abs(int8.worstChannel - abs(38.0 / 127 - 0.3) / (1.09).squareRoot()) < 1e-5)
  }
}
