package import KerasArchitecture
package import RandomStreams

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
