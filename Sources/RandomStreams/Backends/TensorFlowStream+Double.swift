internal import Tensors

extension TensorFlowStream {
  /// How far apart the pairs of truncated normals begin.
  private static let truncatedDoubleStep: UInt64 = 128

  /// Writes elements of float64.
  func fillDouble(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    func value(_ words: Words, _ index: Int) -> Double {
      unsafe Double(bitPattern: UInt64(words[2 * index + 1]) << 32 | UInt64(words[2 * index]))
    }
    switch distribution {
    case .uniform(let lower, let upper):
      // Keras 3 hands the limits over as float32.
      let (low, high) = caller == .keras3 ? (Double(Float(lower)), Double(Float(upper))) : (lower, upper)
      let span = high - low
      unsafe fillChunks(range, into: &bytes, groupSize: 2, { _, _ in }) { words, index in
        unsafe Self.unit(words[2 * index], words[2 * index + 1]) * span + low
      }
    case .normal(let mean, let deviation):
      unsafe fillChunks(range, into: &bytes, groupSize: 2) { words, _ in
        for pair in 0..<words.count / 4 {
          let group = unsafe Words(rebasing: words[4 * pair..<4 * pair + 4])
          unsafe Self.store(Self.normals(SIMD4(group[0], group[1], group[2], group[3])), group)
        }
      } _: { words, index in
        unsafe value(words, index) * deviation + mean
      }
    case .truncatedNormal(let mean, let deviation):
      unsafe fillChunks(range, into: &bytes, groupSize: 2, step: Self.truncatedDoubleStep) { words, first in
        for pair in 0..<words.count / 4 {
          let group = unsafe Words(rebasing: words[4 * pair..<4 * pair + 4])
          unsafe Self.store(truncatedNormals(first &+ UInt64(pair)), group)
        }
      } _: { words, index in
        unsafe value(words, index) * deviation + mean
      }
    }
  }

  private static func unit(_ high: UInt32, _ low: UInt32) -> Double {
    Double(bitPattern: 1023 << 52 | UInt64(high & 0xF_FFFF) << 32 | UInt64(low)) - 1
  }

  private static func normals(_ words: SIMD4<UInt32>) -> SIMD2<Double> {
    let (sine, cosine) = HostMath.boxMuller(max(unit(words.x, words.y), 1.0e-7), unit(words.z, words.w))
    return SIMD2(sine, cosine)
  }

  /// Puts two doubles where four words were.
  private static func store(_ values: SIMD2<Double>, _ words: Words) {
    for lane in 0..<2 {
      unsafe words[2 * lane] = UInt32(truncatingIfNeeded: values[lane].bitPattern)
      unsafe words[2 * lane + 1] = UInt32(truncatingIfNeeded: values[lane].bitPattern >> 32)
    }
  }

  /// Two normals inside (−2, 2).
  private func truncatedNormals(_ group: UInt64) -> SIMD2<Double> {
    var result = SIMD2<Double>()
    var filled = 0
    var block = group &* Self.truncatedDoubleStep
    while true {
      let candidates = Self.normals(philox.block(block, upperCounter))
      block &+= 1
      for lane in 0..<2 where abs(candidates[lane]) < 2 {
        result[filled] = candidates[lane]
        filled += 1
        if filled == 2 { return result }
      }
    }
  }
}
