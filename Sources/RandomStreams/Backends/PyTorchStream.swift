internal import Tensors

/// `torch.rand` and `torch.normal` as Keras calls them on a CPU: one Mersenne Twister for each tensor, from
/// its first word to its last.
///
/// Bits are those of PyTorch 2 on a CPU with AVX2. Tensors are drawn from the start, as the generator cannot
/// jump ahead at less than the cost of drawing. float64 normals, and normals of tensors with fewer than 16
/// elements, go through the host's double-precision `log`, `log1p`, `sin` and `cos`.
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

/// The sequence of an element type. It is no existential of the generic one, whose code would not be made for
/// its types.
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
    unsafe bytes.withUnsafeMutableBytes { buffer in
      let elements = unsafe UnsafeMutableBufferPointer(
        rebasing: buffer.bindMemory(to: Element.Stored.self)[..<count])
      switch kind {
      case .uniform(let lower, let span): unsafe fillUniforms(elements, lower, span)
      case .normal:
        unsafe fillNormals(elements, each: 1) { normals, index in unsafe element.stored(normals[index]) }
      case .truncatedNormal(let mean, let deviation):
        unsafe fillNormals(elements, each: 4) { normals, index in
          let (a, b, c, d) = unsafe (
            normals[index], normals[index + 1], normals[index + 2], normals[index + 3]
          )
          let kept = abs(a) < 2 ? a : abs(b) < 2 ? b : abs(c) < 2 ? c : abs(d) < 2 ? d : a
          return element.stored(element.round(kept * deviation) + mean)
        }
      }
    }
  }

  private mutating func fillUniforms(
    _ elements: UnsafeMutableBufferPointer<Element.Stored>, _ lower: Real, _ span: Real
  ) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: StreamKernels.chunkSize) { chunk in
      var done = 0
      while done < elements.count {
        let count = min(elements.count - done, chunk.count / Real.wordCount)
        let part = unsafe StreamKernels.Words(rebasing: chunk[..<(count * Real.wordCount)])
        unsafe words.fill(part)
        for index in 0..<count {
          unsafe elements[done + index] = element.stored(
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
      unsafe normals.read { values, start in
        for index in 0..<count { unsafe elements[done + index] = value(values, start + index * width) }
      }
      normals.skip(count * width)
      done += count
    }
  }
}
