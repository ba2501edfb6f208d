package import Tensors

/// A layer of a model that was read: what it is, which shapes go through it and which weights it has.
package struct LayerNode: Sendable {
  /// Sub-layers held in one attribute of the layer.
  package struct Children: Sendable {
    /// The Python attribute: `layers`, `cell`, `forward_layer` …
    package let attribute: String
    package let nodes: [LayerNode]
    /// Whether the attribute holds a list rather than a single layer.
    package let isList: Bool
  }

  package let name: String
  /// The canonical class name: `MaxPooling2D`.
  package let className: String
  /// What the formats of Keras 3 call the layer among its siblings: `dense`, before siblings are numbered.
  package let unit: String
  /// Whether that is the final name, as found in a file.
  package let isUnitFixed: Bool
  /// How a file tells the weights of a layer that is not known; `nil` for a known one.
  package let storedForm: TensorTree.Form?
  package let inputShapes: [PartialShape]
  package let outputShapes: [PartialShape]
  package let isTrainable: Bool
  /// The variables that the layer itself creates, in Keras's order: first those created trainable.
  package let ownWeights: [WeightDeclaration]
  /// Those of them that the formats of Keras 3 store here, in their order.
  package let objectWeights: [WeightDeclaration]
  package let children: [Children]

  /// `layer.weights`: its own, then those of its sub-layers.
  package var weights: [WeightDeclaration] {
    var seen: Set<Int> = []
    let all = ownWeights + children.flatMap { $0.nodes.flatMap(\.weights) }
    // A weight that two layers own counts once.
    return all.filter { seen.insert($0.creationIndex).inserted }
  }

  /// The order of the legacy HDF5 formats: trainable weights before the others, unless the layer is frozen.
  package var legacyWeights: [WeightDeclaration] {
    let weights = weights
    return isTrainable ? weights.filter(\.isTrainable) + weights.filter { !$0.isTrainable } : weights
  }
}
