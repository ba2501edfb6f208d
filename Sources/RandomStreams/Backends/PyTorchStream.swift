internal import Tensors

/// `torch.rand` and `torch.normal` as Keras calls them on a CPU: one Mersenne Twister for each tensor, from its first
/// word to its last.
///
/// Bits are those of PyTorch 2 on a CPU with AVX2. Tensors are drawn from the start, as the generator cannot jump ahead
/// at less than the cost of drawing. float64 normals, and normals of tensors with fewer than 16 elements, go through the
/// host's double-precision `log`, `log1p`, `sin` and `cos`.
enum PyTorchStream {
  static func source(of draw: RandomDraw) -> TensorSource {
    let words = MersenneTwister(word: UInt32(truncatingIfNeeded: draw.seed.seed &+ draw.seed.counter))
    return switch draw.dtype {
    case .float64: .sequence(PyTorchSequence<Double, _>(draw, words, PyTorchDouble()))
    case .float16: .sequence(PyTorchSequence<Float, _>(draw, words, PyTorchHalf<IEEEHalf>()))
    case .bfloat16: .sequence(PyTorchSequence<Float, _>(draw, words, PyTorchHalf<BrainHalf>()))
    default: .sequence(PyTorchSequence<Float, _>(draw, words, PyTorchSingle()))
    }
  }
}

/// What differs between the element types of a stream.
private protocol PyTorchElement: Sendable {
  associatedtype Real: PyTorchReal
  associatedtype Stored
  /// Whether the last, incomplete block of normals takes the words that follow the complete ones, rather than those that
  /// follow the whole tensor's.
  var tailFollowsBlocks: Bool { get }
  /// Rounds to the element's type.
  func round(_ value: Real) -> Real
  /// A uniform of [0, 1) in the element's type.
  func unit(_ value: Real) -> Real
  func stored(_ value: Real) -> Stored
}

private struct PyTorchSingle: PyTorchElement {
  let tailFollowsBlocks = false
  func round(_ value: Float) -> Float { value }
  func unit(_ value: Float) -> Float { value }
  func stored(_ value: Float) -> Float { value }
}

private struct PyTorchDouble: PyTorchElement {
  let tailFollowsBlocks = false
  func round(_ value: Double) -> Double { value }
  func unit(_ value: Double) -> Double { value }
  func stored(_ value: Double) -> Double { value }
}

private struct PyTorchHalf<Format: HalfFormat>: PyTorchElement {
  let tailFollowsBlocks = true
  func round(_ value: Float) -> Float { Format.round(value) }
  /// What rounds up to 1 becomes 0.
  func unit(_ value: Float) -> Float {
    let rounded = Format.round(value)
    return rounded == 1 ? 0 : rounded
  }
  func stored(_ value: Float) -> UInt16 { Format.encode(value) }
}

/// The elements of a tensor, one after the other.
private struct PyTorchSequence<Real, Element: PyTorchElement>: SequentialFiller where Element.Real == Real {
  private enum Kind {
    case uniform(lower: Real, span: Real)
    case normal
    /// Of four normals the first inside (−2, 2), or the first of all.
    case truncatedNormal(mean: Real, deviation: Real)
  }

  private let kind: Kind
  private let element: Element
  private var words: MersenneTwister
  private var normals: PyTorchNormals<Element>

  init(_ draw: RandomDraw, _ words: MersenneTwister, _ element: Element) {
    self.element = element
    self.words = words
    switch draw.distribution {
    case .uniform(let lower, let upper):
      kind = .uniform(lower: element.round(Real(lower)), span: Real(upper - lower))
      normals = PyTorchNormals(count: 0, mean: 0, deviation: 1, words, element)
    case .normal(let mean, let deviation):
      kind = .normal
      normals = PyTorchNormals(count: draw.count, mean: mean, deviation: deviation, words, element)
    case .truncatedNormal(let mean, let deviation):
      kind = .truncatedNormal(mean: element.round(Real(mean)), deviation: Real(deviation))
      // A tensor whose quadruple cannot be counted cannot be drawn either.
      normals = PyTorchNormals(count: draw.count &* 4, mean: 0, deviation: 1, words, element)
    }
  }

  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    bytes.withUnsafeMutableBytes { buffer in
      let elements = buffer.bindMemory(to: Element.Stored.self)
      switch kind {
      case .uniform(let lower, let span):
        for index in 0..<range.count {
          elements[index] = element.stored(element.round(element.unit(Real.unit(&words)) * span) + lower)
        }
      case .normal:
        for index in 0..<range.count { elements[index] = element.stored(normals.next()) }
      case .truncatedNormal(let mean, let deviation):
        for index in 0..<range.count {
          var (kept, isKept) = (Real.zero, false)
          for candidate in 0..<4 {
            let normal = normals.next()
            let isInside = abs(normal) < 2
            if candidate == 0 || (isInside && !isKept) { kept = normal }
            isKept = isKept || isInside
          }
          elements[index] = element.stored(element.round(kept * deviation) + mean)
        }
      }
    }
  }
}

/// The normals of one call of `Tensor.normal_`.
///
/// Sixteen uniforms make sixteen normals by Box and Muller, the first eight with the last eight. If the count is no
/// multiple of sixteen, the last sixteen are drawn again. Fewer than sixteen are drawn in pairs, as doubles.
private struct PyTorchNormals<Element: PyTorchElement>: Sendable {
  private let count: Int
  private let transform: Transform
  private var words: MersenneTwister
  private var block = [Element.Real](repeating: 0, count: 16)
  /// The last sixteen, once they are known.
  private var tail = [Element.Real](repeating: 0, count: 16)
  private var position = 0

  init(count: Int, mean: Double, deviation: Double, _ words: MersenneTwister, _ element: Element) {
    self.count = count
    self.words = words
    transform = Transform(mean: mean, deviation: deviation, element: element)
  }

  @inline(__always)
  mutating func next() -> Element.Real {
    let lane = position & 15
    if lane == 0 { makeBlock() }
    position += 1
    return block[lane]
  }

  private mutating func makeBlock() {
    guard count >= 16 else { return transform.drawPairs(count, &words, into: &block) }
    let excess = count & 15
    if position + 16 <= count {
      transform.drawBlock(&words, into: &block)
      guard excess > 0, position + 32 > count else { return }
      if !transform.element.tailFollowsBlocks {
        for _ in 0..<excess { _ = Element.Real.unit(&words) }
      }
      transform.drawBlock(&words, into: &tail)
      for lane in excess..<16 { block[lane] = tail[lane - excess] }
    } else {
      for lane in 0..<excess { block[lane] = tail[16 - excess + lane] }
    }
  }

  /// Uniforms to normals.
  private struct Transform: Sendable {
    let mean, deviation: Double
    let element: Element

    @inline(__always)
    func drawBlock(_ words: inout MersenneTwister, into block: inout [Element.Real]) {
      for lane in 0..<16 { block[lane] = Element.Real.unit(&words) }
      let (mean, deviation) = (Element.Real(mean), Element.Real(deviation))
      for lane in 0..<8 {
        let (sine, cosine) = Element.Real.boxMuller(1 - block[lane], block[lane + 8])
        block[lane] = element.round(mean.addingProduct(cosine, deviation))
        block[lane + 8] = element.round(mean.addingProduct(sine, deviation))
      }
    }

    func drawPairs(_ count: Int, _ words: inout MersenneTwister, into block: inout [Element.Real]) {
      for lane in stride(from: 0, to: count, by: 2) {
        let (angle, radius) = (Double.unit(&words), Double.unit(&words))
        let (sine, cosine) = HostMath.boxMuller(angle: angle, radius: radius)
        block[lane] = element.round(Element.Real(mean.addingProduct(cosine, deviation)))
        block[lane + 1] = element.round(Element.Real(mean.addingProduct(sine, deviation)))
      }
    }
  }
}

/// The type that a stream computes in.
private protocol PyTorchReal: BinaryFloatingPoint, Sendable {
  /// The next uniform of [0, 1).
  static func unit(_ words: inout MersenneTwister) -> Self
  /// Sine and cosine of 2π·`angle`, times the square root of −2 log `radius`.
  static func boxMuller(_ radius: Self, _ angle: Self) -> (sine: Self, cosine: Self)
}

extension Float: PyTorchReal {
  @inline(__always)
  static func unit(_ words: inout MersenneTwister) -> Float { Float(words.next() & 0xFF_FFFF) * 0x1p-24 }

  @inline(__always)
  static func boxMuller(_ radius: Float, _ angle: Float) -> (sine: Float, cosine: Float) {
    let length = (-2 * CephesMath.logarithm(radius)).squareRoot()
    let (sine, cosine) = CephesMath.sineAndCosine(6.283185307179586 * angle)
    return (length * sine, length * cosine)
  }
}

extension Double: PyTorchReal {
  @inline(__always)
  static func unit(_ words: inout MersenneTwister) -> Double {
    let high = UInt64(words.next())
    return Double((high << 32 | UInt64(words.next())) & (1 << 53 - 1)) * 0x1p-53
  }

  static func boxMuller(_ radius: Double, _ angle: Double) -> (sine: Double, cosine: Double) {
    HostMath.boxMuller(radius, angle)
  }
}
