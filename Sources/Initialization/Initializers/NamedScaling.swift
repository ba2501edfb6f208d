package import KerasArchitecture
package import RandomStreams

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

/// Glorot (Xavier) initialization, for sigmoid and tanh. Glorot & Bengio, AISTATS 2010.
package struct GlorotNormal: NamedScaling {
  package static let names = ["GlorotNormal", "glorot_normal"]
  package static let scaling = (scale: 1.0, isFanIn: false, isUniform: false)
  package init() {}
}

/// Glorot (Xavier) initialization, for sigmoid and tanh. Glorot & Bengio, AISTATS 2010.
package struct GlorotUniform: NamedScaling {
  package static let names = ["GlorotUniform", "glorot_uniform"]
  package static let scaling = (scale: 1.0, isFanIn: false, isUniform: true)
  package init() {}
}

/// He initialization, for the ReLU family. He et al., ICCV 2015.
package struct HeNormal: NamedScaling {
  package static let names = ["HeNormal", "he_normal"]
  package static let scaling = (scale: 2.0, isFanIn: true, isUniform: false)
  package init() {}
}

/// He initialization, for the ReLU family. He et al., ICCV 2015.
package struct HeUniform: NamedScaling {
  package static let names = ["HeUniform", "he_uniform"]
  package static let scaling = (scale: 2.0, isFanIn: true, isUniform: true)
  package init() {}
}

/// LeCun initialization, for SELU. LeCun et al., "Efficient BackProp", 1998.
package struct LecunNormal: NamedScaling {
  package static let names = ["LecunNormal", "lecun_normal"]
  package static let scaling = (scale: 1.0, isFanIn: true, isUniform: false)
  package init() {}
}

/// LeCun initialization, for SELU. LeCun et al., "Efficient BackProp", 1998.
package struct LecunUniform: NamedScaling {
  package static let names = ["LecunUniform", "lecun_uniform"]
  package static let scaling = (scale: 1.0, isFanIn: true, isUniform: true)
  package init() {}
}
