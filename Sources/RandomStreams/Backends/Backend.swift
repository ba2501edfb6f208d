package import Tensors

/// The Keras backend whose random stream is drawn from.
///
/// A new one is a type in this folder, and its lines here.
package enum Backend: String, Sendable, Hashable, CaseIterable {
  case tensorflow, jax, torch, numpy

  package static let standard = Backend.tensorflow

  /// What Keras calls it in prose.
  package var name: String {
    switch self {
    case .tensorflow: "TensorFlow"
    case .jax: "JAX"
    case .torch: "PyTorch"
    case .numpy: "NumPy"
    }
  }

  /// The seeds that Keras can hand to it: JAX and NumPy take two unsigned words, the others reduce any
  /// integer.
  package var seeds: ClosedRange<Int64> {
    switch self {
    case .tensorflow, .torch: .min ... .max
    case .jax, .numpy: 0...Int64(UInt32.max)
    }
  }

  /// The values that this backend draws, bit for bit, for a seed out of `seeds`.
  ///
  /// - Parameters:
  ///   - draw: what is wanted.
  ///   - kernels: the inner loops; no effect on the values.
  /// - Returns: the values, not drawn yet.
  package func source(of draw: RandomDraw, kernels: StreamKernels = .best) -> TensorSource {
    switch self {
    case .tensorflow: .blocks(TensorFlowStream(draw, kernels))
    case .jax: .blocks(JAXStream(draw, kernels))
    case .torch: PyTorchStream.source(of: draw, kernels)
    case .numpy: NumPyStream.source(of: draw, kernels)
    }
  }

  /// The type that a Keras variable really has: JAX has no float64 by default, and Keras's variables and
  /// factorizations on NumPy have none either.
  package func variableType(_ dtype: DType) -> DType {
    switch self {
    case .tensorflow, .torch: dtype
    case .jax, .numpy: dtype == .float64 ? .float32 : dtype
    }
  }
}
