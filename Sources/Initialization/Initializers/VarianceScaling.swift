package import KerasArchitecture
package import RandomStreams
import Tensors

/// Values whose variance is `scale` over a count of a weight's fans.
struct ScaledVariance: Sendable, Hashable {
  enum Mode: String, CaseIterable {
    case fanIn = "fan_in"
    case fanOut = "fan_out"
    case fanAverage = "fan_avg"
  }

  enum Shape: String, CaseIterable {
    case truncatedNormal = "truncated_normal"
    case untruncatedNormal = "untruncated_normal"
    case uniform
  }

  /// The standard deviation of a standard normal that is cut at ±2.
  static let truncatedDeviation = 0.87962566103423978

  let scale: Double
  let mode: Mode
  let shape: Shape
  /// Whether the deviation is that of the normal before it is cut: multi-backend Keras before 2.2.
  var isParentScaled = false

  func distribution(for target: InitializerTarget) -> Distribution {
    let fans = Fans(target)
    let fan =
      switch mode {
      case .fanIn: fans.input
      case .fanOut: fans.output
      case .fanAverage: (fans.input + fans.output) / 2
      }
    let variance = scale / max(1, fan)
    switch shape {
    case .truncatedNormal:
      return .truncatedNormal(
        mean: 0, standardDeviation: variance.squareRoot() / (isParentScaled ? 1 : Self.truncatedDeviation))
    case .untruncatedNormal: return .normal(mean: 0, standardDeviation: variance.squareRoot())
    case .uniform:
      let limit = (3 * variance).squareRoot()
      return .uniform(lower: -limit, upper: limit)
    }
  }
}

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
    let mode = try config.string(
      "mode", default: "fan_in", of: ScaledVariance.Mode.allCases.map(\.rawValue))
    let shape = try config.string(
      "distribution", default: "truncated_normal",
      of: ScaledVariance.Shape.allCases.map(\.rawValue) + ["normal"])
    variance = ScaledVariance(
      scale: scale, mode: ScaledVariance.Mode(rawValue: mode) ?? .fanIn,
      shape: ScaledVariance.Shape(rawValue: shape) ?? .truncatedNormal,
      isParentScaled: config.generation.family == .multiBackendKeras2 && !config.generation.isAtLeast(2, 2))
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    variance.distribution(for: target)
  }

  package var parameters: String {
    "scale=\(variance.scale), mode=\(variance.mode.rawValue), distribution=\(variance.shape.rawValue)"
  }
}

/// A member of the variance-scaling family that has a name of its own.
package protocol NamedScaling: DrawnInitializer {
  init()
  /// What the name stands for.
  static var scaling: (scale: Double, isFanIn: Bool, isUniform: Bool) { get }
}

extension NamedScaling {
  package init(_ config: InitializerConfig) throws(ArchitectureError) {
    self.init()
    try config.allow(["seed", "input_axes", "output_axes"])
  }

  package func distribution(for target: InitializerTarget) -> Distribution {
    ScaledVariance(
      scale: Self.scaling.scale, mode: Self.scaling.isFanIn ? .fanIn : .fanAverage,
      shape: Self.scaling.isUniform ? .uniform : .truncatedNormal
    ).distribution(for: target)
  }
}

/// Glorot (Xavier) initialisation, for sigmoid and tanh. Glorot & Bengio, AISTATS 2010.
package struct GlorotNormal: NamedScaling {
  package static let names = ["GlorotNormal", "glorot_normal"]
  package static let scaling = (scale: 1.0, isFanIn: false, isUniform: false)
  package init() {}
}

/// Glorot (Xavier) initialisation, for sigmoid and tanh. Glorot & Bengio, AISTATS 2010.
package struct GlorotUniform: NamedScaling {
  package static let names = ["GlorotUniform", "glorot_uniform"]
  package static let scaling = (scale: 1.0, isFanIn: false, isUniform: true)
  package init() {}
}

/// He initialisation, for the ReLU family. He et al., ICCV 2015.
package struct HeNormal: NamedScaling {
  package static let names = ["HeNormal", "he_normal"]
  package static let scaling = (scale: 2.0, isFanIn: true, isUniform: false)
  package init() {}
}

/// He initialisation, for the ReLU family. He et al., ICCV 2015.
package struct HeUniform: NamedScaling {
  package static let names = ["HeUniform", "he_uniform"]
  package static let scaling = (scale: 2.0, isFanIn: true, isUniform: true)
  package init() {}
}

/// LeCun initialisation, for SELU. LeCun et al., "Efficient BackProp", 1998.
package struct LecunNormal: NamedScaling {
  package static let names = ["LecunNormal", "lecun_normal"]
  package static let scaling = (scale: 1.0, isFanIn: true, isUniform: false)
  package init() {}
}

/// LeCun initialisation, for SELU. LeCun et al., "Efficient BackProp", 1998.
package struct LecunUniform: NamedScaling {
  package static let names = ["LecunUniform", "lecun_uniform"]
  package static let scaling = (scale: 1.0, isFanIn: true, isUniform: true)
  package init() {}
}
