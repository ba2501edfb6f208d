internal import Tensors

/// `tf.random.stateless_uniform`, `stateless_normal` and `stateless_truncated_normal` as Keras calls them on
/// a CPU: Philox blocks keyed by the seed.
///
/// Elements come in groups of four (two for float64), each a function of its number alone, so that any block
/// of a tensor can be drawn without the rest. Bits are those of TensorFlow 2.21 on Linux; float64 normals go
/// through the host's `log`, `sin` and `cos`.
struct TensorFlowStream: BlockFiller {
  let philox: Philox4x32
  /// The upper half of the 128-bit block counter; the lower half starts at 0. No tensor has 2⁶⁴ groups, so it
  /// never sees a carry.
  let upperCounter: SIMD2<UInt32>
  let distribution: Distribution
  private let dtype: DType
  let caller: StreamCaller
  private let kernels: StreamKernels

  init(_ draw: RandomDraw, _ kernels: StreamKernels) {
    distribution = draw.distribution
    dtype = draw.dtype
    caller = draw.caller
    self.kernels = kernels
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

  typealias Words = StreamKernels.Words

  /// Writes elements `range`, chunk by chunk: `groupSize` elements for every group of four words, whose
  /// blocks are `step` apart. `transform` works on the words of a chunk that begins with a group; `element`
  /// is an element by its number in the chunk.
  @inline(__always)
  func fillChunks<Element>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, groupSize: Int = 4, step: UInt64 = 1,
    _ transform: (Words, UInt64) -> Void, _ element: (Words, Int) -> Element
  ) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let elements = unsafe buffer.bindMemory(to: Element.self)
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: StreamKernels.chunkSize) { words in
        var index = range.lowerBound
        while index < range.upperBound {
          let group = index / groupSize
          let wanted = (range.upperBound - 1) / groupSize + 1 - group
          // Kernels work on sixteen words or more at a time.
          let groups = min((wanted + 3) & ~3, words.count / 4)
          let chunk = unsafe Words(rebasing: words[..<(4 * groups)])
          unsafe kernels.philox(philox, upperCounter, UInt64(group) &* step, step: step, chunk)
          unsafe transform(chunk, UInt64(group))
          let first = index - group * groupSize
          let count = min(groups * groupSize - first, range.upperBound - index)
          let output = index - range.lowerBound
          for offset in 0..<count { unsafe elements[output + offset] = element(chunk, first + offset) }
          index += count
        }
      }
    }
  }
}

// MARK: - float32, float16 and bfloat16

extension TensorFlowStream {
  /// How far apart the groups of truncated normals begin: each owns so many blocks.
  private static let truncatedStep: UInt64 = 256

  private func fillSingle(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Float(lower), Float(upper))
      unsafe fillInPlace(range, into: &bytes) { words, _ in unsafe kernels.uniform(words, low, high - low) }
    case .normal(let mean, let deviation):
      unsafe fillInPlace(range, into: &bytes) { words, _ in
        unsafe kernels.boxMullerPairs(words)
        unsafe kernels.affine(words, Float(deviation), Float(mean))
      }
    case .truncatedNormal(let mean, let deviation):
      unsafe fillInPlace(range, into: &bytes, step: Self.truncatedStep) { words, group in
        unsafe truncate(words, group)
        unsafe kernels.affine(words, Float(deviation), Float(mean))
      }
    }
  }

  /// Writes elements `range`: `transform` turns the words of some groups, the first of which it is told, into
  /// floats.
  private func fillInPlace(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, step: UInt64 = 1,
    _ transform: (Words, UInt64) -> Void
  ) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe buffer.bindMemory(to: UInt32.self).fillChunks(of: range, atMultiplesOf: 4) { words, first in
        let group = UInt64(first / 4)
        unsafe kernels.philox(philox, upperCounter, group &* step, step: step, words)
        unsafe transform(words, group)
      }
    }
  }

  private func fillHalf<Format: HalfFormat>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ format: Format.Type
  ) {
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Format.round(Float(lower)), Format.round(Float(upper)))
      let span = Format.round(high - low)
      let mask = UInt32(1) << Format.fractionBits - 1
      let scale = 1 / Float(mask + 1)
      unsafe fillChunks(range, into: &bytes, { _, _ in }) { words, index in
        unsafe Format.encode(Format.round(Float(words[index] & mask) * scale * span) + low)
      }
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      unsafe fillChunks(range, into: &bytes, { words, _ in unsafe kernels.boxMullerPairs(words) }) {
        words, index in
        unsafe Format.encode(Format.round(Format.round(Float(bitPattern: words[index])) * deviation) + mean)
      }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      unsafe fillChunks(range, into: &bytes, step: Self.truncatedStep, truncate) { words, index in
        unsafe Format.encode(Format.round(Format.round(Float(bitPattern: words[index])) * deviation) + mean)
      }
    }
  }

  /// Words to normals inside (−2, 2), in groups of four.
  ///
  /// One group in six has a gap. What fills it comes from the block that follows the group's, and hardly ever
  /// from a later one: those second blocks are drawn together.
  private func truncate(_ words: Words, _ group: UInt64) {
    unsafe kernels.boxMullerPairs(words)
    let groupCount = words.count / 4
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: groupCount) { blocks in
      var count = 0
      // Written in any case, as a branch that is taken now and then is slower.
      for index in 0..<groupCount {
        unsafe blocks[count] = firstBlock(group, index) &+ 1
        unsafe count &+= Self.isComplete(words, index) ? 0 : 1
      }
      // Kernels take sixteen words.
      let drawn = (count + 3) & ~3
      for index in count..<drawn { unsafe blocks[index] = 0 }
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * drawn) { spares in
        unsafe kernels.philox(philox, upperCounter, UnsafeBufferPointer(rebasing: blocks[..<drawn]), spares)
        unsafe kernels.boxMullerPairs(spares)
        for index in 0..<count {
          let first = unsafe blocks[index] &- 1
          let place = 4 * Int(truncatingIfNeeded: first / Self.truncatedStep &- group)
          unsafe fill(
            Words(rebasing: words[place..<place + 4]), Words(rebasing: spares[4 * index..<4 * index + 4]),
            first)
        }
      }
    }
  }

  private func firstBlock(_ group: UInt64, _ index: Int) -> UInt64 {
    (group &+ UInt64(index)) &* Self.truncatedStep
  }

  @inline(__always)
  private static func isComplete(_ words: Words, _ group: Int) -> Bool {
    let (a, b) = unsafe (isInside(words[4 * group]), isInside(words[4 * group + 1]))
    let (c, d) = unsafe (isInside(words[4 * group + 2]), isInside(words[4 * group + 3]))
    return (a ? 1 : 0) & (b ? 1 : 0) & (c ? 1 : 0) & (d ? 1 : 0) == 1
  }

  @inline(__always)
  private static func isInside(_ pattern: UInt32) -> Bool { abs(Float(bitPattern: pattern)) < 2 }

  /// Closes the gaps of a group with the normals of its second block, and of later ones as far as they are
  /// needed.
  private func fill(_ group: Words, _ second: Words, _ firstBlock: UInt64) {
    var filled = 0
    func keep(_ pattern: UInt32) {
      guard filled < 4, Self.isInside(pattern) else { return }
      unsafe group[filled] = pattern
      filled += 1
    }
    for lane in 0..<4 { unsafe keep(group[lane]) }
    for lane in 0..<4 { unsafe keep(second[lane]) }
    var block = firstBlock &+ 1
    while filled < 4 {
      block &+= 1
      let words = philox.block(block, upperCounter)
      for pair in [words.lowHalf, words.highHalf] {
        let normals = SinglePrecisionMath.boxMuller(pair.x, pair.y)
        keep(normals.x.bitPattern)
        keep(normals.y.bitPattern)
      }
    }
  }
}
