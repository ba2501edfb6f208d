internal import Tensors

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// `tf.random.stateless_uniform`, `stateless_normal` and `stateless_truncated_normal` as Keras calls them on
/// a CPU: Philox blocks keyed by the seed.
///
/// Elements come in groups of four (two for float64), each a function of its number alone, so that any block
/// of a tensor can be drawn without the rest. Bits are those of TensorFlow 2.21 on Linux; float64 normals go
/// through the host's `log`, `sin` and `cos`.
struct TensorFlowStream: BlockFiller {
  private let philox: Philox4x32
  /// The upper half of the 128-bit block counter; the lower half starts at 0.
  private let upperCounter: SIMD2<UInt32>
  private let distribution: Distribution
  private let dtype: DType
  private let caller: StreamCaller

  init(_ draw: RandomDraw) {
    distribution = draw.distribution
    dtype = draw.dtype
    caller = draw.caller
    // TensorFlow scrambles the two words of a seed with a fixed Philox key.
    let words = Self.words(draw.seed.seed, caller) + Self.words(draw.seed.counter, caller)
    let mixed = Philox4x32(key: SIMD2(0x3EC8_F720, 0x0246_1E29)).block(
      SIMD4(words[0], words[1], words[2], words[3]))
    philox = Philox4x32(key: mixed.lowHalf)
    upperCounter = mixed.highHalf
  }

  /// The lower and the upper half of a seed. Keras 3 reduces it below 2³¹ − 2 first.
  private static func words(_ word: Int64, _ caller: StreamCaller) -> [UInt32] {
    let modulus: Int64 = 0x7FFF_FFFE
    let remainder = word % modulus
    let value = caller == .tfKeras ? word : remainder < 0 ? remainder + modulus : remainder
    return [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch dtype {
    case .float64: fillDouble(range, into: &bytes)
    case .float16: fillHalf(range, into: &bytes, IEEEHalf.self)
    case .bfloat16: fillHalf(range, into: &bytes, BrainHalf.self)
    default: fillSingle(range, into: &bytes)
    }
  }

  @inline(__always)
  private func block(_ number: UInt64) -> SIMD4<UInt32> {
    // No tensor has 2⁶⁴ groups, so the counter's upper half never sees a carry.
    philox.block(
      SIMD4(
        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32), upperCounter.x,
        upperCounter.y))
  }
}

// MARK: - float32

extension TensorFlowStream {
  private func fillSingle(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Float(lower), Float(upper))
      let span = high - low
      fillGroups(range, into: &bytes) { group in
        let words = block(group) & 0x7F_FFFF | 0x3F80_0000
        let unit = unsafeBitCast(words, to: SIMD4<Float>.self) - 1
        return unit * span + low
      }
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      fillGroups(range, into: &bytes) { group in normals(group) * deviation + mean }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      fillGroups(range, into: &bytes) { group in truncatedNormals(group) * deviation + mean }
    }
  }

  @inline(__always)
  private func unit(_ word: UInt32) -> Float { Float(bitPattern: word & 0x7F_FFFF | 0x3F80_0000) - 1 }

  /// Two normals by Box and Muller.
  @inline(__always)
  private func boxMuller(_ first: UInt32, _ second: UInt32) -> SIMD2<Float> {
    let radius = (-2 * SinglePrecisionMath.logarithm(max(unit(first), 1.0e-7))).squareRoot()
    let angle = Float(6.283185307179586 * Double(unit(second)))
    let (sine, cosine) = SinglePrecisionMath.sineAndCosine(angle)
    return SIMD2(sine, cosine) * radius
  }

  @inline(__always)
  private func normals(_ group: UInt64) -> SIMD4<Float> {
    let words = block(group)
    return SIMD4(lowHalf: boxMuller(words.x, words.y), highHalf: boxMuller(words.z, words.w))
  }

  /// Four normals inside (−2, 2). A group owns 256 blocks and walks them until it is full.
  @inline(__always)
  private func truncatedNormals(_ group: UInt64) -> SIMD4<Float> {
    var result = SIMD4<Float>()
    var filled = 0
    var number = group &* 256
    while true {
      let words = block(number)
      number &+= 1
      let candidates = SIMD4(lowHalf: boxMuller(words.x, words.y), highHalf: boxMuller(words.z, words.w))
      for lane in 0..<4 where abs(candidates[lane]) < 2 {
        result[filled] = candidates[lane]
        filled += 1
        if filled == 4 { return result }
      }
    }
  }
}

// MARK: - float16 and bfloat16

extension TensorFlowStream {
  private func fillHalf<Format: HalfFormat>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ format: Format.Type
  ) {
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Format.round(Float(lower)), Format.round(Float(upper)))
      let span = Format.round(high - low)
      let mask = UInt32(1) << Format.fractionBits - 1
      let scale = 1 / Float(mask + 1)
      fillGroups(range, into: &bytes) { group in
        let words = block(group)
        return patterns { Format.encode(Format.round(Float(words[$0] & mask) * scale * span) + low) }
      }
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      fillGroups(range, into: &bytes) { group in
        let values = normals(group)
        return patterns { Format.encode(Format.round(Format.round(values[$0]) * deviation) + mean) }
      }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      fillGroups(range, into: &bytes) { group in
        let values = truncatedNormals(group)
        return patterns { Format.encode(Format.round(Format.round(values[$0]) * deviation) + mean) }
      }
    }
  }

  @inline(__always)
  private func patterns(_ element: (Int) -> UInt16) -> SIMD4<UInt16> {
    SIMD4(element(0), element(1), element(2), element(3))
  }
}

// MARK: - float64

extension TensorFlowStream {
  private func fillDouble(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch distribution {
    case .uniform(let lower, let upper):
      // Keras 3 hands the limits over as float32.
      let (low, high) = caller == .keras3 ? (Double(Float(lower)), Double(Float(upper))) : (lower, upper)
      let span = high - low
      fillGroups(range, into: &bytes) { group in
        let words = block(group)
        return SIMD2(unit(words.x, words.y), unit(words.z, words.w)) * span + low
      }
    case .normal(let mean, let deviation):
      fillGroups(range, into: &bytes) { group in doubleNormals(block(group)) * deviation + mean }
    case .truncatedNormal(let mean, let deviation):
      fillGroups(range, into: &bytes) { group in truncatedDoubleNormals(group) * deviation + mean }
    }
  }

  private func unit(_ high: UInt32, _ low: UInt32) -> Double {
    Double(bitPattern: 1023 << 52 | UInt64(high & 0xF_FFFF) << 32 | UInt64(low)) - 1
  }

  private func doubleNormals(_ words: SIMD4<UInt32>) -> SIMD2<Double> {
    let radius = (-2 * log(max(unit(words.x, words.y), 1.0e-7))).squareRoot()
    let angle = 6.283185307179586 * unit(words.z, words.w)
    return SIMD2(sin(angle), cos(angle)) * radius
  }

  /// Two normals inside (−2, 2); a group owns 128 blocks.
  private func truncatedDoubleNormals(_ group: UInt64) -> SIMD2<Double> {
    var result = SIMD2<Double>()
    var filled = 0
    var number = group &* 128
    while true {
      let candidates = doubleNormals(block(number))
      number &+= 1
      for lane in 0..<2 where abs(candidates[lane]) < 2 {
        result[filled] = candidates[lane]
        filled += 1
        if filled == 2 { return result }
      }
    }
  }
}

// MARK: - Groups

extension TensorFlowStream {
  /// Writes elements `range` from the groups that hold them; the first and the last group may be cut.
  @inline(__always)
  private func fillGroups<Group: SIMD>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ group: (UInt64) -> Group
  ) {
    let width = Group.scalarCount
    bytes.withUnsafeMutableBytes { buffer in
      let elements = buffer.bindMemory(to: Group.Scalar.self)
      var index = range.lowerBound
      while index < range.upperBound {
        let values = group(UInt64(index / width))
        let lanes = index % width..<min(width, index % width + range.upperBound - index)
        for lane in lanes { elements[index - range.lowerBound + lane - lanes.lowerBound] = values[lane] }
        index += lanes.count
      }
    }
  }
}
