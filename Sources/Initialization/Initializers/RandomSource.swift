package import RandomStreams
import Tensors

/// The random stream that a tensor is drawn from.
package struct RandomSource: Sendable, Hashable {
  package let backend: Backend
  package let seed: StreamSeed
  package let caller: StreamCaller

  package init(backend: Backend, seed: StreamSeed, caller: StreamCaller = .keras3) {
    self.backend = backend
    self.seed = seed
    self.caller = caller
  }

  func source(_ distribution: Distribution, _ target: InitializerTarget) -> TensorSource {
    backend.source(
      of: RandomDraw(distribution, seed: seed, dtype: target.dtype, count: target.count, caller: caller))
  }
}
