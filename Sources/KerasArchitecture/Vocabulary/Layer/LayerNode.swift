package import OrderedJSON
package import Tensors

/// A layer of a model that was read, with its shapes, weights and children.
package struct LayerNode: Sendable {
  /// The child layers in one attribute of the layer.
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
  /// The layer's name among its siblings in the formats of Keras 3, before siblings are numbered: `dense`.
  package let unit: String
  /// Whether that is the final name, as found in a file.
  package let isUnitFixed: Bool
  /// The form of the file that has the weights of a layer of an unknown class; `nil` for a known class.
  package let storedForm: TensorTree.Form?
  package let inputShapes: [PartialShape]
  package let outputShapes: [PartialShape]
  package let isTrainable: Bool
  /// Whether nothing in it counts as trainable while it is frozen.
  let freezesInside: Bool
  /// The variables that the layer itself creates, in Keras's order: first those created trainable.
  package let ownWeights: [WeightDeclaration]
  /// Those of them that the formats of Keras 3 store for this layer, in their order.
  package let objectWeights: [WeightDeclaration]
  package let children: [Children]
  /// What its weights mean; `nil` if they are what their names say in all versions of Keras.
  package let meaning: WeightMeaning?
  /// What the product of the matrices of LoRA is multiplied by: alpha over rank; `nil` without LoRA.
  package let loraScale: Double?
  /// The tokens or numbers that a look-up layer was given, in the order of their indices; `nil` for others.
  package let vocabulary: JSONValue?

  /// The layer that the model's input goes to, if it is a sequence of layers.
  var firstLeaf: LayerNode {
    children.first { $0.attribute == "layers" }?.nodes.first?.firstLeaf ?? self
  }

  /// Those of its own variables that no layer below it has too, as the kernel that SpectralNormalization
  /// takes from the layer that it wraps.
  package var declaredWeights: [WeightDeclaration] {
    let inner = Set(children.flatMap { $0.nodes.flatMap(\.weights) }.map(\.creationIndex))
    return ownWeights.filter { !inner.contains($0.creationIndex) }
  }

  /// The weights in the order of `layer.weights`: its own, then those of its children.
  package var weights: [WeightDeclaration] {
    var seen: Set<Int> = []
    let all = ownWeights + children.flatMap { $0.nodes.flatMap(\.weights) }
    // A weight that two layers own counts once.
    return all.filter { seen.insert($0.creationIndex).inserted }
  }

  /// The weights in the order of the legacy HDF5 formats: trainable ones first, unless the layer is frozen;
  /// those of an unknown class as such a file has them.
  package var legacyWeights: [WeightDeclaration] {
    let weights = weights.filter(\.isListed)
    if storedForm == .layerList { return weights.sorted { $0.creationIndex < $1.creationIndex } }
    guard isTrainable else { return weights }
    let trained = trainedInside
    let parts = [true, false].map { isFirst in
      weights.filter { trained.contains($0.creationIndex) == isFirst }
    }
    return Array(parts.joined())
  }

  /// The weights that Keras counts as trainable, by their creation indices.
  private var trainedInside: Set<Int> {
    var trained = Set(ownWeights.filter(\.isMarkedTrainable).map(\.creationIndex))
    for child in children.flatMap(\.nodes) where child.isTrainable || !child.freezesInside {
      trained.formUnion(child.trainedInside)
    }
    return trained
  }
}
