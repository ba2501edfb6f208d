package import Tensors

/// The seed of a stream as Keras hands it to a backend: an integer, and how often its generator was used.
package struct StreamSeed: Sendable, Hashable {
  package let seed: Int64
  /// 0 for an integer seed; 0, 1, 2 … for the successive draws of a `keras.random.SeedGenerator`.
  package let counter: Int64

  package init(_ seed: Int64, counter: Int64 = 0) {
    self.seed = seed
    self.counter = counter
  }
}

/// Which Keras asks a backend for random numbers: that decides how it hands over seeds and limits.
package enum StreamCaller: Sendable, Hashable {
  /// Keras 3.
  case keras3
  /// tf.keras and tf-keras, over TensorFlow only.
  case tfKeras
}

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
