import Tensors

/// Random float32 numbers as a Keras backend draws them for one tensor, bit for bit: the door for other
/// packages.
///
/// Numbers come one block after the other, in the row-major order of the tensor.
public struct RandomStream: Sendable {
  /// What numbers are distributed like.
  public enum Shape: Sendable, Hashable {
    /// Uniform in [lower, upper).
    case uniform(lower: Double, upper: Double)
    case normal(mean: Double, standardDeviation: Double)
    /// A normal cut at two of its standard deviations.
    case truncatedNormal(mean: Double, standardDeviation: Double)
  }

  /// The backends: `tensorflow`, `jax`, `torch`, `numpy`.
  public static var backends: [String] { Backend.allCases.map(\.rawValue) }

  /// The instruction sets of this processor that inner loops are written for, the widest last; no effect on
  /// the numbers.
  public static var instructionSets: [String] {
    StreamKernels.InstructionSet.allCases.filter { StreamKernels($0) != nil }.map(\.rawValue)
  }

  /// The number of elements of the tensor.
  public let count: Int
  private var position = 0
  private var filler: any SequentialFiller

  /// The result is `nil` if there is no such backend or instruction set, the backend does not take the seed,
  /// or the count is negative.
  ///
  /// - Parameters:
  ///   - backend: one of `backends`.
  ///   - shape: what numbers are distributed like.
  ///   - seed: the seed of the initializer.
  ///   - count: the number of elements of the tensor; it decides some backends' numbers.
  ///   - instructionSet: one of `instructionSets`; the widest by default.
  public init?(
    backend: String, _ shape: Shape, seed: Int64, count: Int, instructionSet: String? = nil
  ) {
    guard let backend = Backend(rawValue: backend), backend.seeds.contains(seed), count >= 0,
      let kernels = instructionSet.map({
        StreamKernels.InstructionSet(rawValue: $0).flatMap(StreamKernels.init)
      })
        ?? StreamKernels.best
    else { return nil }
    let distribution: Distribution =
      switch shape {
      case .uniform(let lower, let upper): .uniform(lower: lower, upper: upper)
      case .normal(let mean, let deviation): .normal(mean: mean, standardDeviation: deviation)
      case .truncatedNormal(let mean, let deviation):
        .truncatedNormal(mean: mean, standardDeviation: deviation)
      }
    let draw = RandomDraw(distribution, seed: StreamSeed(seed), dtype: .float32, count: count)
    guard let filler = try? backend.source(of: draw, kernels: kernels).sequence() else { return nil }
    self.filler = filler
    self.count = count
  }

  /// Draws the next numbers.
  ///
  /// - Parameter buffer: where they go.
  /// - Returns: how many were drawn: fewer than fit at the end of the tensor.
  public mutating func next(into buffer: UnsafeMutableBufferPointer<Float>) -> Int {
    let end = min(count, position + buffer.count)
    let range = position..<end
    guard !range.isEmpty else { return 0 }
    var bytes = unsafe UnsafeMutableRawBufferPointer(
      rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(range.count * 4)]
    )
    .mutableBytes
    // What is drawn, not read, cannot fail.
    guard (try? filler.fill(range, into: &bytes)) != nil else { return 0 }
    position = end
    return range.count
  }
}
