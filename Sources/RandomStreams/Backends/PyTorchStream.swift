internal import Tensors

/// `torch.rand` and `torch.normal` as Keras calls them on a CPU: one Mersenne Twister for each tensor, from its first
/// word to its last.
///
/// Bits are those of PyTorch 2 on a CPU with AVX2. Tensors are drawn from the start, as the generator cannot jump ahead
/// at less than the cost of drawing. float64 normals, and normals of tensors with fewer than 16 elements, go through the
/// host's double-precision `log`, `log1p`, `sin` and `cos`.
enum PyTorchStream {
  static func source(of draw: RandomDraw, _ kernels: StreamKernels) -> TensorSource {
    let words = MersenneTwister(
      word: UInt32(truncatingIfNeeded: draw.seed.seed &+ draw.seed.counter), kernels: kernels)
    return switch draw.dtype {
    case .float64: .sequence(PyTorchFiller.double(.init(draw, words, PyTorchDouble(), kernels)))
    case .float16: .sequence(PyTorchFiller.float16(.init(draw, words, PyTorchHalf(), kernels)))
    case .bfloat16: .sequence(PyTorchFiller.bfloat16(.init(draw, words, PyTorchHalf(), kernels)))
    default: .sequence(PyTorchFiller.single(.init(draw, words, PyTorchSingle(), kernels)))
    }
  }
}

/// The sequence of an element type. It is no existential of the generic one, whose code would not be made for its types.
private enum PyTorchFiller: SequentialFiller {
  case single(PyTorchSequence<Float, PyTorchSingle>)
  case double(PyTorchSequence<Double, PyTorchDouble>)
  case float16(PyTorchSequence<Float, PyTorchHalf<IEEEHalf>>)
  case bfloat16(PyTorchSequence<Float, PyTorchHalf<BrainHalf>>)

  mutating func fill(_ range: Range<Int>, into bytes: inout MutableRawSpan) {
    switch self {
    case .single(var sequence):
      sequence.fill(range.count, into: &bytes)
      self = .single(sequence)
    case .double(var sequence):
      sequence.fill(range.count, into: &bytes)
      self = .double(sequence)
    case .float16(var sequence):
      sequence.fill(range.count, into: &bytes)
      self = .float16(sequence)
    case .bfloat16(var sequence):
      sequence.fill(range.count, into: &bytes)
      self = .bfloat16(sequence)
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
private struct PyTorchSequence<Real, Element: PyTorchElement>: Sendable where Element.Real == Real {
  private enum Kind: Sendable {
    case uniform(lower: Real, span: Real)
    case normal
    /// Of four normals the first inside (−2, 2), or the first of all.
    case truncatedNormal(mean: Real, deviation: Real)
  }

  private let kind: Kind
  private let element: Element
  private var words: MersenneTwister
  private var normals: PyTorchNormals<Element>

  init(_ draw: RandomDraw, _ words: MersenneTwister, _ element: Element, _ kernels: StreamKernels) {
    self.element = element
    self.words = words
    func normals(_ count: Int, _ mean: Double, _ deviation: Double) -> PyTorchNormals<Element> {
      PyTorchNormals(
        count: count, mean: mean, deviation: deviation, words: words, element: element, kernels: kernels)
    }
    switch draw.distribution {
    case .uniform(let lower, let upper):
      kind = .uniform(lower: element.round(Real(lower)), span: Real(upper - lower))
      self.normals = normals(0, 0, 1)
    case .normal(let mean, let deviation):
      kind = .normal
      self.normals = normals(draw.count, mean, deviation)
    case .truncatedNormal(let mean, let deviation):
      kind = .truncatedNormal(mean: element.round(Real(mean)), deviation: Real(deviation))
      // A tensor whose quadruple cannot be counted cannot be drawn either.
      self.normals = normals(draw.count &* 4, 0, 1)
    }
  }

  /// Writes the next elements over the whole of `bytes`.
  mutating func fill(_ count: Int, into bytes: inout MutableRawSpan) {
    let (kind, element) = (kind, element)
    bytes.withUnsafeMutableBytes { buffer in
      let elements = UnsafeMutableBufferPointer(
        rebasing: buffer.bindMemory(to: Element.Stored.self)[..<count])
      switch kind {
      case .uniform(let lower, let span): fillUniforms(elements, lower, span)
      case .normal:
        fillNormals(elements, each: 1) { normals, index in element.stored(normals[index]) }
      case .truncatedNormal(let mean, let deviation):
        fillNormals(elements, each: 4) { normals, index in
          let (a, b, c, d) = (normals[index], normals[index + 1], normals[index + 2], normals[index + 3])
          let kept = abs(a) < 2 ? a : abs(b) < 2 ? b : abs(c) < 2 ? c : abs(d) < 2 ? d : a
          return element.stored(element.round(kept * deviation) + mean)
        }
      }
    }
  }

  private mutating func fillUniforms(
    _ elements: UnsafeMutableBufferPointer<Element.Stored>, _ lower: Real, _ span: Real
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: StreamKernels.chunkSize) { chunk in
      var done = 0
      while done < elements.count {
        let count = min(elements.count - done, chunk.count / Real.wordCount)
        let part = StreamKernels.Words(rebasing: chunk[..<(count * Real.wordCount)])
        words.fill(part)
        for index in 0..<count {
          elements[done + index] = element.stored(
            element.round(element.unit(Real.unit(part, index)) * span) + lower)
        }
        done += count
      }
    }
  }

  /// - Parameters:
  ///   - elements: what to write.
  ///   - width: how many normals an element takes.
  ///   - value: an element by its first normal.
  @inline(__always)
  private mutating func fillNormals(
    _ elements: UnsafeMutableBufferPointer<Element.Stored>, each width: Int,
    _ value: (UnsafeBufferPointer<Real>, Int) -> Element.Stored
  ) {
    var done = 0
    while done < elements.count {
      let ready = normals.prepare()
      let count = min(elements.count - done, ready / width)
      normals.read { values, start in
        for index in 0..<count { elements[done + index] = value(values, start + index * width) }
      }
      normals.skip(count * width)
      done += count
    }
  }
}

/// The normals of one call of `Tensor.normal_`.
///
/// Sixteen uniforms make sixteen normals by Box and Muller, the first eight with the last eight. If the count is no
/// multiple of sixteen, the last sixteen are drawn again. Fewer than sixteen are drawn in pairs, as doubles.
private struct PyTorchNormals<Element: PyTorchElement>: Sendable {
  typealias Real = Element.Real

  let count: Int
  let mean, deviation: Double
  var words: MersenneTwister
  let element: Element
  let kernels: StreamKernels
  /// The chunk that is read now, how long it is, and how far it is read.
  private var chunk: [Real] = []
  private var length = 0
  private var position = 0
  /// How many were drawn.
  private var drawn = 0

  init(
    count: Int, mean: Double, deviation: Double, words: MersenneTwister, element: Element,
    kernels: StreamKernels
  ) {
    (self.count, self.mean, self.deviation) = (count, mean, deviation)
    (self.words, self.element, self.kernels) = (words, element, kernels)
  }

  /// Draws the next chunk if the last one is used up; returns how many are ready, a multiple of four unless the count is
  /// none.
  mutating func prepare() -> Int {
    if position == length { drawChunk() }
    return length - position
  }

  func read(_ body: (UnsafeBufferPointer<Real>, Int) -> Void) {
    chunk.withUnsafeBufferPointer { body($0, position) }
  }

  mutating func skip(_ count: Int) { position += count }

  private mutating func drawChunk() {
    if chunk.isEmpty { chunk = [Real](repeating: 0, count: min(StreamKernels.chunkSize, max(0, count)) + 16) }
    position = 0
    guard count >= 16 else { return drawPairs() }
    let excess = count & 15
    length = min(StreamKernels.chunkSize, count - excess - drawn)
    drawBlocks(0..<length)
    drawn += length
    guard excess > 0, drawn + excess == count else { return }
    if !element.tailFollowsBlocks {
      for _ in 0..<excess * Real.wordCount { _ = words.next() }
    }
    // The last sixteen take the places of what was drawn for them before.
    length += excess
    drawBlocks(length - 16..<length)
    drawn = count
  }

  /// Draws blocks of sixteen to a part of the chunk.
  private mutating func drawBlocks(_ range: Range<Int>) {
    let (element, kernels, mean, deviation) = (element, kernels, mean, deviation)
    chunk.withUnsafeMutableBufferPointer { chunk in
      let part = UnsafeMutableBufferPointer(rebasing: chunk[range])
      part.withMemoryRebound(to: UInt32.self) { buffer in
        let buffer = StreamKernels.Words(start: buffer.baseAddress, count: range.count * Real.wordCount)
        words.fill(buffer)
        Real.normals(buffer, mean, deviation, kernels)
      }
      for index in part.indices { part[index] = element.round(part[index]) }
    }
  }

  private mutating func drawPairs() {
    for first in stride(from: 0, to: count, by: 2) {
      let (angle, radius) = (nextUnit(), nextUnit())
      let (sine, cosine) = HostMath.boxMuller(angle: angle, radius: radius)
      chunk[first] = element.round(Real(mean.addingProduct(cosine, deviation)))
      chunk[first + 1] = element.round(Real(mean.addingProduct(sine, deviation)))
    }
    length = max(0, count)
    drawn = count
  }

  private mutating func nextUnit() -> Double { HostMath.unit(words.next(), words.next()) }
}

/// The type that a stream computes in.
private protocol PyTorchReal: BinaryFloatingPoint, Sendable {
  /// How many words make a uniform.
  static var wordCount: Int { get }
  /// A uniform of [0, 1) from words.
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Self
  /// Replaces words by the bits of normals, in blocks of sixteen.
  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels)
}

extension Float: PyTorchReal {
  static var wordCount: Int { 1 }

  @inline(__always)
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Float { CephesMath.unit(words[index]) }

  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels
  ) {
    kernels.boxMullerBlocks(words, Float(mean), Float(deviation))
  }
}

extension Double: PyTorchReal {
  static var wordCount: Int { 2 }

  @inline(__always)
  static func unit(_ words: StreamKernels.Words, _ index: Int) -> Double {
    HostMath.unit(words[2 * index], words[2 * index + 1])
  }

  static func normals(
    _ words: StreamKernels.Words, _ mean: Double, _ deviation: Double, _ kernels: StreamKernels
  ) {
    func store(_ value: Double, _ index: Int) {
      let pattern = mean.addingProduct(value, deviation).bitPattern
      words[2 * index] = UInt32(truncatingIfNeeded: pattern)
      words[2 * index + 1] = UInt32(truncatingIfNeeded: pattern >> 32)
    }
    for block in stride(from: 0, to: words.count / 2, by: 16) {
      for index in block..<block + 8 {
        let (sine, cosine) = HostMath.boxMuller(1 - unit(words, index), unit(words, index + 8))
        store(cosine, index)
        store(sine, index + 8)
      }
    }
  }
}
