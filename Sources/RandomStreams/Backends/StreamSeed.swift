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
