internal import Tensors

/// `jax.random.uniform`, `normal` and `truncated_normal` as Keras calls them on a CPU: one Threefry block for each
/// element, keyed by the seed, so that any block of a tensor can be drawn without the rest.
///
/// Bits are those of JAX 0.5 and later (`jax_threefry_partitionable`) on a CPU with fused multiplication and addition,
/// outside `jit`. 64-bit types are off in JAX by default: what is declared as float64 is drawn as float32.
struct JAXStream: BlockFiller {
  private let threefry: Threefry2x32
  private let distribution: Distribution
  private let dtype: DType

  /// - Parameter draw: its seed and counter must be those of `Backend.seeds`.
  init(_ draw: RandomDraw) {
    distribution = draw.distribution
    dtype = draw.dtype
    threefry = Threefry2x32(
      key: SIMD2(
        UInt32(truncatingIfNeeded: draw.seed.seed), UInt32(truncatingIfNeeded: draw.seed.counter)))
  }

  func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch dtype {
    case .float64: fillSingle(range, into: &bytes) { Double($0) }
    case .float16: fillHalf(range, into: &bytes, JAXHalf<IEEEHalf>(distribution))
    case .bfloat16: fillHalf(range, into: &bytes, JAXHalf<BrainHalf>(distribution))
    default: fillSingle(range, into: &bytes) { $0 }
    }
  }

  private func fillSingle<Element>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ element: (Float) -> Element
  ) {
    switch distribution {
    case .uniform(let lower, let upper):
      let unit = JAXUniform(Float(lower), Float(upper))
      fillElements(range, into: &bytes) { element(unit.value($0)) }
    case .normal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      let unit = JAXUniform(Float(-1).nextUp, 1)
      fillElements(range, into: &bytes) { word in
        element(XLAMath.inverseError(unit.value(word)) * Self.squareRootOf2 * deviation + mean)
      }
    case .truncatedNormal(let mean, let deviation):
      let (mean, deviation) = (Float(mean), Float(deviation))
      // erf(√2), by which a uniform becomes a normal in (−2, 2).
      let unit = JAXUniform(-0.9544997, 0.9544997)
      let limit = Float(2).nextDown
      fillElements(range, into: &bytes) { word in
        let normal = Self.squareRootOf2 * XLAMath.inverseError(unit.value(word))
        return element(min(max(normal, -limit), limit) * deviation + mean)
      }
    }
  }

  private static let squareRootOf2 = Float(2).squareRoot()

  private func fillHalf<Format>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ draw: JAXHalf<Format>
  ) {
    fillElements(range, into: &bytes) { draw.pattern($0) }
  }

  @inline(__always)
  private func fillElements<Element>(
    _ range: Range<Int>, into bytes: inout MutableRawSpan, _ element: (UInt32) -> Element
  ) {
    bytes.withUnsafeMutableBytes { buffer in
      let elements = buffer.bindMemory(to: Element.self)
      for index in range {
        let (a, b) = threefry.words(UInt64(index))
        elements[index - range.lowerBound] = element(a ^ b)
      }
    }
  }
}

/// Words to floats in [lower, upper).
private struct JAXUniform {
  private let lower, span: Float

  init(_ lower: Float, _ upper: Float) {
    self.lower = lower
    span = upper - lower
  }

  @inline(__always)
  func value(_ word: UInt32) -> Float {
    let unit = Float(bitPattern: word >> 9 | 0x3F80_0000) - 1
    return max(lower, XLAMath.fused(unit, span, lower))
  }
}

/// Draws in a 16-bit format: every operation is rounded to it, but the inverse error function, which is computed in
/// float32.
private struct JAXHalf<Format: HalfFormat> {
  private enum Kind { case uniform, normal, truncatedNormal }

  private let kind: Kind
  private let lower, span, mean, deviation: Float
  private let squareRootOf2 = Format.round(Float(2).squareRoot())
  private let limit = Format.decode(Format.encode(Float(2)) - 1)

  init(_ distribution: Distribution) {
    switch distribution {
    case .uniform(let lower, let upper):
      kind = .uniform
      self.lower = Format.round(Float(lower))
      span = Format.round(Format.round(Float(upper)) - self.lower)
      (mean, deviation) = (0, 1)
    case .normal(let mean, let deviation):
      kind = .normal
      lower = -Format.decode(Format.encode(Float(1)) - 1)
      span = Format.round(1 - lower)
      (self.mean, self.deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
    case .truncatedNormal(let mean, let deviation):
      kind = .truncatedNormal
      // XLA computes erf(√2) in the format itself.
      lower = -Format.decode(Format.fractionBits == 10 ? 0x3BA3 : 0x3F74)
      span = Format.round(-2 * lower)
      (self.mean, self.deviation) = (Format.round(Float(mean)), Format.round(Float(deviation)))
    }
  }

  @inline(__always)
  func pattern(_ word: UInt32) -> UInt16 {
    // Float16 has 16 random bits, bfloat16 has 8; the upper ones make the fraction.
    let randomBits: UInt32 = Format.fractionBits == 10 ? 16 : 8
    let fraction = (word & (1 << randomBits - 1)) >> (randomBits - Format.fractionBits)
    let unit = Float(fraction) / Float(UInt32(1) << Format.fractionBits)
    let uniform = max(lower, Format.round(Format.round(unit * span) + lower))
    if kind == .uniform { return Format.encode(uniform) }
    var normal = Format.round(Format.round(XLAMath.inverseError(uniform)) * squareRootOf2)
    if kind == .truncatedNormal { normal = min(max(normal, -limit), limit) }
    return Format.encode(Format.round(normal * deviation) + mean)
  }
}
