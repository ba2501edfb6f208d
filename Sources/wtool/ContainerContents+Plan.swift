import Initialization
import KerasArchitecture
import RandomStreams
import Tensors
import WeightFiles

extension ContainerContents {
  /// The contents of a file for a planned model. Sources are numbered as weights are created.
  init(_ plan: WeightPlan) {
    self.init(
      plan.architecture, backend: plan.backend.rawValue,
      provenance: [
        ("wtool_version", .text(WTool.version)), ("wtool_seed", .number(plan.seed)),
        ("wtool_backend", .text(plan.backend.rawValue)),
      ])
  }

  /// The contents of a file for a model.
  ///
  /// - Parameters:
  ///   - architecture: the model.
  ///   - backend: the Keras backend that the file claims to come from.
  ///   - provenance: how the values came to be.
  ///   - specs: what is stored in another type than declared, by the number of the weight.
  init(
    _ architecture: Architecture, backend: String?, provenance: [(name: String, value: Provenance)],
    specs: [Int: TensorSpec] = [:]
  ) {
    self.init(
      modelConfig: architecture.document, kerasVersion: architecture.generation.version,
      backend: architecture.generation.family == .keras1 ? nil : backend,
      layers: Self.layers(architecture, specs), objects: Self.objects(architecture, specs),
      provenance: provenance)
  }

  private static func layers(
    _ architecture: Architecture, _ specs: [Int: TensorSpec]
  ) -> Result<[Layer], LayoutError> {
    if let layer = architecture.model.firstWithoutOrder {
      return .failure(
        LayoutError(
          "the order of the weights of \"\(layer.name)\" (\(layer.className)) is not known: give an .h5 file to --like, "
            + "or write .weights.h5"))
    }
    return .success(
      architecture.layers.map { layer in
        let paths = WeightPaths(of: layer, generation: architecture.generation)
        return Layer(
          name: layer.name,
          tensors: layer.legacyWeights.map { weight in
            Tensor(
              path: paths[weight], spec: specs[weight.creationIndex] ?? weight.spec,
              source: weight.creationIndex)
          })
      })
  }

  private static func objects(
    _ architecture: Architecture, _ specs: [Int: TensorSpec]
  ) -> Result<[Object], LayoutError> {
    let generation = architecture.generation
    guard generation.isKeras3 || (generation.family == .tfKeras && generation.isAtLeast(2, 13)) else {
      return .failure(LayoutError("Keras \(generation.version) reads .h5 files only"))
    }
    if let layer = architecture.model.firstWithoutObjects {
      return .failure(
        LayoutError(
          "what \"\(layer.name)\" (\(layer.className)) is made of is not known: give a .weights.h5 or .keras file to "
            + "--like, or write .h5"))
    }
    return .success(
      architecture.model.objects.map { object in
        Object(
          path: object.path, name: object.name,
          tensors: object.weights.map { weight in
            Tensor(
              path: weight.name, spec: specs[weight.creationIndex] ?? weight.spec,
              source: weight.creationIndex)
          })
      })
  }
}

/// The paths of a top-level layer's weights as the Keras of its document names them.
///
/// Keras 3 and tf.keras go through every owned layer, `lstm/lstm_cell/kernel`; multi-backend Keras leaves out
/// cells and wrapped layers. TensorFlow adds the number of the operation's output, `:0`. Keras 1 joins the names of
/// layer and weight, `lstm_1_W_i`, wherever the layer is.
struct WeightPaths {
  private var paths: [Int: String] = [:]
  private var taken: Set<String> = []
  private let generation: KerasGeneration

  init(of layer: LayerNode, generation: KerasGeneration) {
    self.generation = generation
    insert(layer, path: layer.name, name: layer.name)
  }

  subscript(_ weight: WeightDeclaration) -> String { paths[weight.creationIndex] ?? weight.spec.path }

  /// - Parameters:
  ///   - layer: the top-level layer or one below it.
  ///   - path: where it is.
  ///   - name: what it is called; a cell goes by its layer's name.
  private mutating func insert(_ layer: LayerNode, path: String, name: String) {
    for weight in layer.ownWeights {
      let path = self.path(weight, path: path, name: name)
      paths[weight.creationIndex] = path
      taken.insert(path)
    }
    for children in layer.children {
      let isSkipped = !hasOwnedLayers && ["cell", "layer"].contains(children.attribute)
      for child in children.nodes {
        insert(
          child, path: isSkipped ? path : "\(path)/\(child.name)",
          name: children.attribute == "cell" ? name : child.name)
      }
    }
  }

  private var hasOwnedLayers: Bool { ![.keras1, .multiBackendKeras2].contains(generation.family) }

  private func path(_ declaration: WeightDeclaration, path: String, name: String) -> String {
    let weight = declaration.name
    // A list of weights tells whole paths.
    if let stored = declaration.stored?.name, Int(stored) == nil { return stored }
    switch generation.family {
    case .keras3: return "\(path)/\(weight)"
    case .tfKeras, .multiBackendKeras2: return "\(path)/\(weight):0"
    case .keras1:
      let flat = "\(name)_\(weight)"
      return taken.contains(flat) ? "\(path)_\(weight)" : flat
    }
  }
}
