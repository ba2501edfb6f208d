package import KerasArchitecture
package import Tensors
import WeightFiles

/// Every tensor of a weight file with what is known of it, in the order of the file.
package struct TensorListing: Sendable {
  /// What is known of one tensor.
  package struct Row: Sendable {
    /// Its index in the catalog.
    package let index: Int
    package let layer: String
    /// The layer's class; `nil` without an architecture.
    package let className: String?
    /// The variable's own name: `kernel`.
    package let name: String
    package let role: WeightRole?
    /// The class of the declared initializer; `nil` without an architecture.
    package let initializer: String?
    /// The weight in the architecture; `nil` without one.
    package let weight: WeightDeclaration?
    /// The layer's class as the file's names tell it, snake case: `dense`, `conv2d`.
    let unit: String
  }

  package let rows: [Row]

  package init(_ model: StoredModel) {
    var weightByTensor: [Int: (LayerNode, WeightDeclaration)] = [:]
    if let architecture = model.architecture, let match = model.match {
      for node in architecture.model.allNodes {
        for weight in node.ownWeights {
          if let tensor = match.tensors[weight.creationIndex] {
            weightByTensor[tensor.index] = (node, weight)
          }
        }
      }
    }
    rows = model.catalog.tree.objects.flatMap { entry in
      let layer = entry.tree.name.isEmpty ? entry.tree.unit : entry.tree.name
      return zip(entry.tree.tensors, StoredGuess.guesses(entry.tree)).map { tensor, guess in
        guard let (node, weight) = weightByTensor[tensor.index] else {
          return Row(
            index: tensor.index, layer: layer, className: nil, name: guess.name,
            role: model.catalog.container == .foreign ? nil : guess.role, initializer: nil, weight: nil,
            unit: AutomaticName(entry.tree.unit).base)
        }
        let declaration = weight.parts.first.flatMap { model.architecture?.initializer($0.initializer) }
        return Row(
          index: tensor.index, layer: node.name, className: node.className, name: weight.name,
          role: weight.role, initializer: declaration?.className, weight: weight,
          unit: AutomaticName(entry.tree.unit).base)
      }
    }
  }
}
