package import KerasArchitecture
package import RandomStreams

/// `VarianceScaling`, in all modes and distributions.
///
/// Glorot & Bengio, AISTATS 2010; He et al., ICCV 2015; LeCun et al., "Efficient BackProp", 1998.
package struct VarianceScaling: DrawnInitializer {
  package static let names = ["VarianceScaling", "variance_scaling"]

  private let variance: ScaledVariance

  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    try config.allow(["scale", "mode", "distribution", "seed", "input_axes", "output_axes"])
    let scale = try config.double("scale", default: 1)
    guard scale > 0 else { throw config.error("`scale` must be positive; found \(scale)") }
    variance = ScaledVariance(
      scale: scale, mode: try config.choice("mode", default: .fanIn),
      // Keras takes "normal", its older word, for "truncated_normal".
      shape: try config.choice(
        "distribution", default: .truncatedNormal, aliases: ["normal": .truncatedNormal]),
      isParentScaled: config.generation.family == .multiBackendKeras2 && !config.generation.isAtLeast(2, 2))
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    variance.distribution(for: target)
  }

  package var parameters: String {
    "scale=\(variance.scale), mode=\(variance.mode.rawValue), distribution=\(variance.shape.rawValue)"
  }
}
