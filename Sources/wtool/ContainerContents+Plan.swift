import Initialization
import KerasArchitecture
import RandomStreams
import Tensors
import WeightFiles

extension ContainerContents {
  /// The contents of a file for a planned model. Sources are numbered as weights are created.
  init(_ plan: WeightPlan) {
    let architecture = plan.architecture
    self.init(
      modelConfig: architecture.document, kerasVersion: architecture.generation.version,
      backend: "tensorflow",
      layers: architecture.layers.map { layer in
        let paths = WeightPaths(of: layer, generation: architecture.generation)
        return Layer(
          name: layer.name,
          tensors: layer.legacyWeights.map { weight in
            Tensor(path: paths[weight], spec: weight.spec, source: weight.creationIndex)
          })
      },
      provenance: [
        ("wtool_version", .text(WTool.version)), ("wtool_seed", .number(plan.seed)),
        ("wtool_backend", .text(plan.backend.rawValue)),
      ])
  }
}

/// The paths of a top-level layer's weights as the Keras of its document names them.
///
/// Keras 3 and tf.keras go through every owned layer, `lstm/lstm_cell/kernel`; multi-backend Keras leaves out
/// cells and wrapped layers. TensorFlow adds the number of the operation's output, `:0`.
struct WeightPaths {
  private var paths: [Int: String] = [:]
  private let suffix: String
  private let skipsOwnedLayers: Bool

  init(of layer: LayerNode, generation: KerasGeneration) {
    suffix = generation.isKeras3 ? "" : ":0"
    skipsOwnedLayers = generation.family == .multiBackendKeras2
    insert(layer, path: layer.name)
  }

  subscript(_ weight: WeightDeclaration) -> String { paths[weight.creationIndex] ?? weight.spec.path }

  private mutating func insert(_ layer: LayerNode, path: String) {
    for weight in layer.ownWeights { paths[weight.creationIndex] = "\(path)/\(weight.name)\(suffix)" }
    for children in layer.children {
      let isSkipped = skipsOwnedLayers && ["cell", "layer"].contains(children.attribute)
      for child in children.nodes { insert(child, path: isSkipped ? path : "\(path)/\(child.name)") }
    }
  }
}
