package import Tensors

/// One tensor to be drawn.
package struct RandomDraw: Sendable, Hashable {
  package let distribution: Distribution
  package let seed: StreamSeed
  /// A floating-point type.
  package let dtype: DType
  /// The number of elements; values fill the tensor in row-major order.
  package let count: Int
  package let caller: StreamCaller

  package init(
    _ distribution: Distribution, seed: StreamSeed, dtype: DType, count: Int, caller: StreamCaller = .keras3
  ) {
    self.distribution = distribution
    self.seed = seed
    self.dtype = dtype
    self.count = count
    self.caller = caller
  }
}
