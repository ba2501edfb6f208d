package import KerasArchitecture
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

/// `RandomUniform`: uniform on `[minval, maxval)`.
package struct RandomUniform: DrawnInitializer {
  package static let names = ["RandomUniform", "random_uniform", "uniform"]

  private let lower, upper: Double

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["minval", "maxval", "seed"])
    lower = try config.double("minval", default: -0.05)
    upper = try config.double("maxval", default: 0.05)
    guard lower <= upper else {
      throw config.error("`minval` (\(lower)) must not be above `maxval` (\(upper))")
    }
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    .uniform(lower: lower, upper: upper)
  }

  package var parameters: String { "minval=\(lower), maxval=\(upper)" }
}

/// `RandomNormal`.
package struct RandomNormal: DrawnInitializer {
  package static let names = ["RandomNormal", "random_normal", "normal"]

  private let normal: NormalParameters

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    normal = try NormalParameters(config)
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    .normal(mean: normal.mean, standardDeviation: normal.deviation)
  }

  package var parameters: String { normal.description }
}

/// `TruncatedNormal`: values beyond two standard deviations are drawn again.
package struct TruncatedNormal: DrawnInitializer {
  package static let names = ["TruncatedNormal", "truncated_normal"]

  private let normal: NormalParameters

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    normal = try NormalParameters(config)
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    .truncatedNormal(mean: normal.mean, standardDeviation: normal.deviation)
  }

  package var parameters: String { normal.description }
}

/// The mean and standard deviation that both normal initializers take.
private struct NormalParameters: Sendable, CustomStringConvertible {
  let mean, deviation: Double

  init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["mean", "stddev", "seed"])
    mean = try config.double("mean", default: 0)
    deviation = try config.double("stddev", default: 0.05)
    guard deviation >= 0 else { throw config.error("`stddev` must not be negative; found \(deviation)") }
  }

  var description: String { "mean=\(mean), stddev=\(deviation)" }
}
