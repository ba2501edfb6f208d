package import KerasArchitecture
package import RandomStreams

/// `RandomNormal`: normal with a mean and a standard deviation.
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
