/// The tensors of a model as a file groups them: layer by layer, each with the layers that it holds.
///
/// Whoever reads a file makes it and whoever reads an architecture looks things up in it; neither knows the
/// other.
package struct TensorTree: Sendable, Hashable {
  package struct Tensor: Sendable, Hashable {
    /// What the file calls the tensor within its layer: `kernel:0`, `lstm_cell/kernel`, `0`.
    package let name: String
    package let shape: Shape
    package let dtype: DType
    /// The index of the tensor in its file.
    package let index: Int

    package init(name: String, shape: Shape, dtype: DType, index: Int) {
      self.name = name
      self.shape = shape
      self.dtype = dtype
      self.index = index
    }
  }

  /// Layers held in one attribute of a layer.
  package struct Branch: Sendable, Hashable {
    package let attribute: String
    package let isList: Bool
    package let layers: [TensorTree]

    package init(attribute: String, isList: Bool, layers: [TensorTree]) {
      self.attribute = attribute
      self.isList = isList
      self.layers = layers
    }
  }

  /// Whether the tensors of inner layers are in branches of their own rather than in the list of the layer
  /// around them.
  package enum Form: Sendable, Hashable {
    /// A list of layers in the order of the model, each with all tensors below it in order.
    case layerList
    /// A tree of objects, whose layers are not in the order of the model.
    case objectTree
  }

  package let form: Form
  /// The layer's own name; empty if the file does not tell it.
  package let name: String
  /// What the file calls the layer among its siblings.
  package let unit: String
  package let tensors: [Tensor]
  package let branches: [Branch]

  package init(form: Form, name: String, unit: String, tensors: [Tensor], branches: [Branch]) {
    self.form = form
    self.name = name
    self.unit = unit
    self.tensors = tensors
    self.branches = branches
  }

  /// All tensors, the layer's own first.
  package var allTensors: [Tensor] {
    tensors + branches.flatMap { $0.layers.flatMap(\.allTensors) }
  }

  /// Every layer, from the outside to the inside.
  package var allLayers: [TensorTree] { [self] + branches.flatMap { $0.layers.flatMap(\.allLayers) } }
}
