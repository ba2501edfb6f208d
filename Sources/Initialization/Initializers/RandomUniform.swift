package import KerasArchitecture
package import RandomStreams

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
