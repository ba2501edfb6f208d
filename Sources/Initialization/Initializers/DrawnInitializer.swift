package import RandomStreams
package import Tensors

/// An initializer whose values are independent draws from one distribution.
package protocol DrawnInitializer: Initializer {
  func distribution(for target: InitializerTarget) -> Distribution
}

extension DrawnInitializer {
  package func source(for target: InitializerTarget, _ stream: RandomSource) -> TensorSource {
    stream.source(distribution(for: target), target)
  }

  package func expectation(for target: InitializerTarget) -> ValueExpectation {
    switch distribution(for: target) {
    case .uniform(let value, let upper) where value == upper: .constant(value)
    case .normal(let mean, 0), .truncatedNormal(let mean, 0): .constant(mean)
    case .uniform(let lower, let upper):
      ValueExpectation(
        family: .uniform, mean: (lower + upper) / 2,
        standardDeviation: (upper - lower) / 12.0.squareRoot(), support: lower...max(lower, upper))
    case .normal(let mean, let deviation):
      ValueExpectation(family: .normal, mean: mean, standardDeviation: deviation)
    case .truncatedNormal(let mean, let deviation):
      ValueExpectation(
        family: .truncatedNormal, mean: mean,
        standardDeviation: deviation * ScaledVariance.truncatedDeviation,
        support: mean - 2 * deviation...mean + 2 * deviation)
    }
  }
}
