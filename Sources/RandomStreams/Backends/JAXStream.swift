internal import Tensors

/// `jax.random.uniform`, `normal` and `truncated_normal` as Keras calls them on a CPU: one Threefry block for
/// each element, keyed by the seed, so that any block of a tensor can be drawn without the rest.
///
/// Bits are those of JAX 0.5 and later (`jax_threefry_partitionable`) on a CPU with fused multiplication and
/// addition, outside `jit`. 64-bit types are off in JAX by default: what is declared as float64 is drawn as
/// float32.
struct JAXStream: BlockFiller {
  private let threefry: Threefry2x32
  private let distribution: Distribution
  private let dtype: DType
  private let kernels: StreamKernels

  /// - Parameters:
  ///   - draw: its seed and counter must be those of `Backend.seeds`.
  ///   - kernels: the inner loops.
  init(_ draw: RandomDraw, _ kernels: StreamKernels) {
    distribution = draw.distribution
    dtype = draw.dtype
    self.kernels = kernels
    threefry = Threefry2x32(
      key: SIMD2(
        UInt32(truncatingIfNeeded: draw.seed.seed), UInt32(truncatingIfNeeded: draw.seed.counter)))
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch dtype {
    case .float64: fillSingle(range, into: &bytes) { Double($0) }
    case .float16: fillHalf(range, into: &bytes, IEEEHalf.self)
    case .bfloat16: fillHalf(range, into: &bytes, BrainHalf.self)
    default: fillSingle(range, into: &bytes) { $0 }
    }
  }

  private typealias Words = StreamKernels.Words

  /// Writes elements `range`, chunk by chunk: `transform` turns the words of a chunk into floats, `element` a
  /// float into an element.
  @inline(__always)
  private func fillChunks<Element>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ transform: (Words) -> Void,
    _ element: (Float) -> Element
  ) {
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let elements = unsafe buffer.bindMemory(to: Element.self)
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: StreamKernels.chunkSize) { words in
        var index = range.lowerBound
        while index < range.upperBound {
          // A kernel counts in 32 bits. What it makes beyond the range, as kernels work on sixteen words at a
          // time, is left out.
          let count = min(words.count, range.upperBound - index, 1 << 32 - index & 0xFFFF_FFFF)
          let chunk = unsafe Words(rebasing: words[..<((count + 15) & ~15)])
          unsafe kernels.threefry(threefry, UInt64(index), chunk)
          unsafe transform(chunk)
          let output = index - range.lowerBound
          for offset in 0..<count {
            unsafe elements[output + offset] = element(Float(bitPattern: chunk[offset]))
          }
          index += count
        }
      }
    }
  }
}

// MARK: - float32

extension JAXStream {
  private static let squareRootOf2 = Float(2).squareRoot()

  private func fillSingle<Element>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ element: (Float) -> Element
  ) {
    let squareRootOf2 = Self.squareRootOf2
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Float(lower), Float(upper))
      unsafe fillChunks(range, into: &bytes, { unsafe kernels.fusedUniform($0, low, high - low) }, element)
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      let lower = Float(-1).nextUp
      unsafe fillChunks(range, into: &bytes) { words in
        unsafe kernels.fusedUniform(words, lower, 1 - lower)
        unsafe kernels.inverseError(words)
      } _: { value in
        element(value * squareRootOf2 * deviation + mean)
      }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      // erf(√2), by which a uniform becomes a normal in (−2, 2).
      let bound: Float = 0.9544997
      let limit = Float(2).nextDown
      unsafe fillChunks(range, into: &bytes) { words in
        unsafe kernels.fusedUniform(words, -bound, 2 * bound)
        unsafe kernels.inverseError(words)
      } _: { value in
        let normal = squareRootOf2 * value
        return element((normal < -limit ? -limit : normal > limit ? limit : normal) * deviation + mean)
      }
    }
  }
}

// MARK: - float16 and bfloat16

extension JAXStream {
  /// Every operation is rounded to the format, but the inverse error function, which is computed in float32.
  private func fillHalf<Format: HalfFormat>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ format: Format.Type
  ) {
    let squareRootOf2 = Format.round(Self.squareRootOf2)
    switch distribution {
    case .uniform(let lower, let upper):
      let (low, high) = (Format.round(Float(lower)), Format.round(Float(upper)))
      let span = Format.round(high - low)
      unsafe fillChunks(range, into: &bytes, { unsafe Self.roundedUniform($0, low, span, Format.self) }) {
        Format.encode($0)
      }
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      let lower = -Format.decode(Format.encode(Float(1)) - 1)
      unsafe fillChunks(range, into: &bytes) { words in
        unsafe Self.roundedUniform(words, lower, Format.round(1 - lower), Format.self)
        unsafe kernels.inverseError(words)
      } _: { value in
        let normal = Format.round(Format.round(value) * squareRootOf2)
        return Format.encode(Format.round(normal * deviation) + mean)
      }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
      // XLA computes erf(√2) in the format itself.
      let bound = Format.decode(Format.fractionBits == 10 ? 0x3BA3 : 0x3F74)
      let limit = Format.decode(Format.encode(Float(2)) - 1)
      unsafe fillChunks(range, into: &bytes) { words in
        unsafe Self.roundedUniform(words, -bound, Format.round(2 * bound), Format.self)
        unsafe kernels.inverseError(words)
      } _: { value in
        let normal = min(max(Format.round(Format.round(value) * squareRootOf2), -limit), limit)
        return Format.encode(Format.round(normal * deviation) + mean)
      }
    }
  }

  /// Words to uniforms in a format: float16 has 16 random bits, bfloat16 has 8, of which the upper ones make
  /// the fraction.
  private static func roundedUniform<Format: HalfFormat>(
    _ words: Words, _ lower: Float, _ span: Float, _ format: Format.Type
  ) {
    let randomBits: UInt32 = Format.fractionBits == 10 ? 16 : 8
    let scale = 1 / Float(UInt32(1) << Format.fractionBits)
    for index in words.indices {
      let fraction = unsafe (words[index] & (1 << randomBits - 1)) >> (randomBits - Format.fractionBits)
      let value = Format.round(Format.round(Float(fraction) * scale * span) + lower)
      unsafe words[index] = max(lower, value).bitPattern
    }
  }
}
