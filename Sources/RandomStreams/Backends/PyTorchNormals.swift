/// The normals of one call of `Tensor.normal_`.
///
/// Sixteen uniforms make sixteen normals by Box and Muller, the first eight with the last eight. If the count
/// is no multiple of sixteen, the last sixteen are drawn again. Fewer than sixteen are drawn in pairs, as
/// doubles.
struct PyTorchNormals<Element: PyTorchElement>: Sendable {
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

  /// Draws the next chunk if the last one is used up; returns how many are ready, a multiple of four unless
  /// the count is none.
  mutating func prepare() -> Int {
    if position == length { drawChunk() }
    return length - position
  }

  func read(_ body: (UnsafeBufferPointer<Real>, Int) -> Void) {
    unsafe chunk.withUnsafeBufferPointer { unsafe body($0, position) }
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
    unsafe chunk.withUnsafeMutableBufferPointer { chunk in
      let part = unsafe UnsafeMutableBufferPointer(rebasing: chunk[range])
      unsafe part.withMemoryRebound(to: UInt32.self) { buffer in
        let buffer = unsafe StreamKernels.Words(
          start: buffer.baseAddress, count: range.count * Real.wordCount)
        unsafe words.fill(buffer)
        unsafe Real.normals(buffer, mean, deviation, kernels)
      }
      for index in part.indices { unsafe part[index] = element.round(part[index]) }
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
