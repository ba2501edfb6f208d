package import KerasArchitecture
import Tensors
import Text

/// Every initializer that wtool knows.
package enum InitializerCatalog {
  /// Sorted by type name.
  package static let all: [any Initializer.Type] = [
    Constant.self,
    GlorotNormal.self,
    GlorotUniform.self,
    HeNormal.self,
    HeUniform.self,
    Identity.self,
    LecunNormal.self,
    LecunUniform.self,
    Ones.self,
    Orthogonal.self,
    RandomNormal.self,
    RandomUniform.self,
    STFT.self,
    TruncatedNormal.self,
    VarianceScaling.self,
    Zeros.self,
  ]

  /// Those that a layer usually names, to compare values with.
  static let named: [any NamedScaling.Type] = [
    GlorotUniform.self, HeNormal.self, LecunNormal.self,
  ]

  private static let byName: [String: any Initializer.Type] = {
    var types: [String: any Initializer.Type] = [:]
    for type in all {
      for name in type.names { types[name] = type }
    }
    return types
  }()

  /// Reads a declaration.
  package static func initializer(
    _ declaration: InitializerDeclaration, of generation: KerasGeneration
  ) throws(ArchitectureError) -> any Initializer {
    let config = InitializerConfig(declaration, generation: generation)
    guard let type = type(declaration.className, of: generation) else {
      let hint = NearestSpelling.hint(for: declaration.className, in: byName.keys.sorted(), quote: "\"")
      throw config.error("\"\(declaration.className.clipped)\" is not an initializer of Keras\(hint)")
    }
    return try type.init(config)
  }

  private static func type(_ name: String, of generation: KerasGeneration) -> (any Initializer.Type)? {
    if let type = byName[name] { return type }
    // tf.keras also exported its classes as `GlorotUniformV2` and `glorot_uniformV2`.
    guard !generation.isKeras3, name.hasSuffix("V2") else { return nil }
    return byName[String(name.dropLast(2))]
  }
}
