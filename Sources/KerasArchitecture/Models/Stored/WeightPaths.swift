import Tensors

/// The paths of a top-level layer's weights as the Keras of its document names them.
///
/// Keras 3 and tf.keras go through every owned layer, `lstm/lstm_cell/kernel`; multi-backend Keras leaves out
/// cells and wrapped layers. TensorFlow adds the index of the operation's output, `:0`. Keras 1 joins the
/// names of layer and weight, `lstm_1_W_i`, wherever the layer is.
package struct WeightPaths: Sendable {
  private var paths: [Int: String] = [:]
  private var taken: Set<String> = []
  private let generation: KerasGeneration

  package init(of layer: LayerNode, generation: KerasGeneration) {
    self.generation = generation
    insert(layer, path: layer.name, name: layer.name)
  }

  package subscript(_ weight: WeightDeclaration) -> String { paths[weight.creationIndex] ?? weight.spec.path }

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
