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

@Suite struct TensorFlowStreamTests {
  private static let distributions: [Distribution] = [
    .uniform(lower: -1.3, upper: 2.7), .normal(mean: 0.1, standardDeviation: 0.3),
    .truncatedNormal(mean: -0.2, standardDeviation: 0.5),
  ]
  private static let dtypes: [DType] = [.float16, .bfloat16, .float32, .float64]

  @Test(arguments: distributions, dtypes)
  func `values do not depend on how a tensor is cut`(distribution: Distribution, dtype: DType) throws {
    let draw = RandomDraw(distribution, seed: StreamSeed(99, counter: 2), dtype: dtype, count: 137)
    let filler = try Backend.tensorflow.source(of: draw).computed()
    let whole = try bytes(filler, 0..<137, dtype)
    for width in [1, 2, 3, 5, 64] {
      let parts = try stride(from: 0, to: 137, by: width).flatMap {
        try bytes(filler, $0..<min(137, $0 + width), dtype)
      }
      #expect(parts == whole)
    }
  }

  @Test(arguments: distributions)
  func `seeds and counters make different streams`(distribution: Distribution) throws {
    let seeds = [
      StreamSeed(1), StreamSeed(2), StreamSeed(1, counter: 1), StreamSeed(-1), StreamSeed(1 << 40),
    ]
    let draws = try seeds.map { seed in
      try bytes(
        Backend.tensorflow.source(of: RandomDraw(distribution, seed: seed, dtype: .float32, count: 16))
          .computed(),
        0..<16, .float32)
    }
    #expect(Set(draws).count == seeds.count)
  }

  private func bytes(_ filler: any BlockFiller, _ range: Range<Int>, _ dtype: DType) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count * dtype.byteCount)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    try filler.fill(range, into: &raw)
    return bytes
  }
}
