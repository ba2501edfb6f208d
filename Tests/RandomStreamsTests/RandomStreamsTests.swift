import Tensors
import Testing

@testable import RandomStreams

@Suite struct PythonRandomTests {
  /// By seed, what `random.seed(n)` and then `random.randint(1, 10**9)` give in CPython 3.11.
  private static let draws: [(UInt64, [Int64])] = [
    (123, [56_224_986, 287_416_173, 93_615_980, 825_660_640, 437_272_514]),
    (7, [347_712_783, 161_973_070, 423_938_500, 698_935_573, 51_847_157]),
    (0, [906_691_060, 413_654_000, 813_847_340, 955_892_129, 451_585_302]),
    (4_294_967_295, [682_209_859, 665_256_254, 218_184_273, 231_223_275, 652_154_926]),
    (4_294_967_296, [121_326_710, 377_217_776, 448_640_322, 17_906_119, 24_504_772]),
  ]

  @Test(arguments: draws)
  func `seeds are those that CPython draws`(seed: UInt64, expected: [Int64]) {
    var random = PythonRandom(seed: seed)
    #expect((0..<5).map { _ in random.nextKerasSeed() } == expected)
  }
}

@Suite struct StreamTests {
  private static let distributions: [Distribution] = [
    .uniform(lower: -1.3, upper: 2.7), .normal(mean: 0.1, standardDeviation: 0.3),
    .truncatedNormal(mean: -0.2, standardDeviation: 0.5),
  ]
  private static let dtypes: [DType] = [.float16, .bfloat16, .float32, .float64]
  /// Sizes around the blocks that backends draw in.
  private static let counts = [1, 2, 15, 16, 17, 31, 32, 33, 137]

  /// A draw of which backend, by which inner loops.
  struct Cut: Sendable {
    let backend: Backend
    let distribution: Distribution
    let dtype: DType
    let instructionSet: StreamKernels.InstructionSet
  }

  private static let cuts = Backend.allCases.flatMap { backend in
    distributions.flatMap { distribution in
      dtypes.flatMap { dtype in
        StreamKernels.InstructionSet.allCases.filter { StreamKernels($0) != nil }.map {
          Cut(backend: backend, distribution: distribution, dtype: dtype, instructionSet: $0)
        }
      }
    }
  }

  @Test(arguments: cuts)
  func `wide vectors have the bits of the portable loops`(cut: Cut) throws {
    let count = 30_011
    let draw = RandomDraw(cut.distribution, seed: StreamSeed(7), dtype: cut.dtype, count: count)
    let kernels = try [cut.instructionSet, .portable].map { try #require(StreamKernels($0)) }
    let draws = try kernels.map {
      try pieces(cut.backend.source(of: draw, kernels: $0), cut.dtype, count, width: 7919)
    }
    #expect(draws[0] == draws[1])
  }

  @Test(arguments: cuts)
  func `values do not depend on how a tensor is cut`(cut: Cut) throws {
    for count in Self.counts {
      let draw = RandomDraw(
        cut.distribution, seed: StreamSeed(99, counter: 2), dtype: cut.dtype, count: count)
      let source = cut.backend.source(of: draw, kernels: try #require(StreamKernels(cut.instructionSet)))
      let whole = try pieces(source, cut.dtype, count, width: count)
      for width in [1, 2, 3, 5, 16, 64] {
        #expect(try pieces(source, cut.dtype, count, width: width) == whole, "\(count) by \(width)")
      }
    }
  }

  @Test(arguments: [Backend.tensorflow, .jax])
  func `a block is drawn without those before it`(backend: Backend) throws {
    for distribution in Self.distributions {
      let draw = RandomDraw(distribution, seed: StreamSeed(5), dtype: .float32, count: 100)
      guard case .blocks(let filler) = backend.source(of: draw) else {
        Issue.record("\(backend) draws in order")
        continue
      }
      let whole = try bytes(0..<100, .float32) { try filler.fill($0, into: &$1) }
      let part = try bytes(41..<60, .float32) { try filler.fill($0, into: &$1) }
      #expect(part[...] == whole[164..<240])
    }
  }

  /// Counters have 32 bits in places: where an element's number, or its block's, passes them.
  @Test(arguments: [(Backend.jax, 32), (.tensorflow, 34), (.tensorflow, 26)])
  func `elements beyond four thousand millions are drawn alike`(backend: Backend, power: Int) throws {
    let middle = 1 << power
    for distribution in Self.distributions {
      let draw = RandomDraw(distribution, seed: StreamSeed(5), dtype: .float32, count: middle + 100)
      let draws = try StreamKernels.InstructionSet.allCases.compactMap { StreamKernels($0) }.map { kernels in
        guard case .blocks(let filler) = backend.source(of: draw, kernels: kernels) else { return [UInt8]() }
        let whole = try bytes(middle - 50..<middle + 50, .float32) { try filler.fill($0, into: &$1) }
        let single = try (middle - 50..<middle + 50).flatMap { index in
          try bytes(index..<index + 1, .float32) { try filler.fill($0, into: &$1) }
        }
        #expect(whole == single)
        return whole
      }
      #expect(draws[0].count == 400)
      #expect(Set(draws).count == 1)
      // Nothing begins anew.
      guard case .blocks(let filler) = backend.source(of: draw) else { continue }
      #expect(try bytes(0..<50, .float32) { try filler.fill($0, into: &$1) } != Array(draws[0][200...]))
    }
  }

  @Test func `NumPy's uniform draws jump ahead`() throws {
    let draw = RandomDraw(
      .uniform(lower: 0, upper: 1), seed: StreamSeed(5), dtype: .float32, count: 1 << 40)
    guard case .blocks(let filler) = Backend.numpy.source(of: draw) else {
      Issue.record("NumPy's uniform draws come in order")
      return
    }
    let far = try bytes((1 << 40) - 4..<1 << 40, .float32) { try filler.fill($0, into: &$1) }
    #expect(far.count == 16)
    let whole = try bytes(0..<100, .float32) { try filler.fill($0, into: &$1) }
    #expect(try bytes(97..<100, .float32) { try filler.fill($0, into: &$1) }[...] == whole[388...])
  }

  @Test(arguments: Backend.allCases, distributions)
  func `seeds and counters make different streams`(backend: Backend, distribution: Distribution) throws {
    let seeds =
      [StreamSeed(1), StreamSeed(2), StreamSeed(3, counter: 1)]
      + ([.tensorflow, .torch].contains(backend) ? [StreamSeed(-1), StreamSeed(1 << 31 + 7)] : [])
    let draws = try seeds.map { seed in
      try pieces(
        backend.source(of: RandomDraw(distribution, seed: seed, dtype: .float32, count: 16)), .float32, 16,
        width: 16)
    }
    #expect(Set(draws).count == seeds.count)
  }

  /// A tensor, drawn in pieces one after the other.
  private func pieces(_ source: TensorSource, _ dtype: DType, _ count: Int, width: Int) throws -> [UInt8] {
    var filler = try source.sequence()
    return try stride(from: 0, to: count, by: width).flatMap { start in
      try bytes(start..<min(count, start + width), dtype) { try filler.fill($0, into: &$1) }
    }
  }

  private func bytes(
    _ range: Range<Int>, _ dtype: DType, _ fill: (Range<Int>, inout MutableRawSpan) throws -> Void
  ) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count * dtype.byteCount)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    try fill(range, &raw)
    return bytes
  }
}
