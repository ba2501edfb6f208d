import KerasArchitecture
import Tensors
import WeightFiles

/// A layer, or a whole model, with its weights and the layers that it holds: of a model or of a file, so that
/// the parts of one can be found in the other.
struct ModelPart {
  struct Weight {
    /// The name in its layer; `nil` if the file numbers the weights.
    let name: String?
    let shape: Shape
    let dtype: DType
    /// The weight's creation index, or the tensor's index in its file.
    let id: Int
    /// The whole name, for people.
    let path: String
    /// The weight's creation index, if an architecture tells the part.
    var declaration: Int?
    /// The order of its rows, if they are the elements of what was flattened.
    var rows: FlattenedRows?
  }

  /// Layers in one attribute of another.
  struct Children {
    let attribute: String
    let parts: [ModelPart]
    /// The attribute, which is private in one Keras and public in another: `_key_dense`.
    var plainAttribute: Substring { attribute.drop { $0 == "_" } }
    /// Whether they go by their names, as a model's do; the cell of a layer is the cell, whatever its name.
    var isNamed: Bool { attribute == "layers" }
  }

  /// Empty if the file does not tell.
  let name: String
  /// `nil` if it is not known.
  let className: String?
  /// The class's name as Keras numbers it.
  let unit: String
  let weights: [Weight]
  let children: [Children]
  /// The layer, if an architecture tells the part.
  let node: LayerNode?
  /// The whole list of a layer, of a file that tells no more.
  let list: [TensorTree.Tensor]

  /// Every weight of the part, once.
  var allWeights: [Weight] {
    var seen: Set<Int> = []
    let all = weights + children.flatMap { $0.parts.flatMap(\.allWeights) }
    return all.filter { seen.insert($0.id).inserted }
  }

  /// The weights that several of the parts hold.
  var sharedWeights: Set<Int> {
    var seen: Set<Int> = []
    return Set(allParts.flatMap(\.weights).map(\.id).filter { !seen.insert($0).inserted })
  }

  /// The part and all below it.
  var allParts: [ModelPart] { [self] + children.flatMap { $0.parts.flatMap(\.allParts) } }

  /// Whether Keras made up the name.
  var hasAutomaticName: Bool {
    let stem = AutomaticName(name).base
    // As Keras called a Functional before.
    return name.isEmpty || stem == base || stem == "model" && base == "functional"
  }

  /// The class as Keras makes names of it. A list of layers tells names alone, and in it a Functional may be
  /// called a model, as Keras called it before.
  var base: String {
    let stem = AutomaticName(unit).base
    if let plain = ["cu_dnnlstm": "lstm", "cu_dnngru": "gru"][stem] { return plain }
    return node == nil && stem == "model" ? "functional" : stem
  }
}

extension ModelPart {
  /// A model's parts; the identities of weights are their creation indices.
  ///
  /// - Parameters:
  ///   - node: the layer, or the model.
  ///   - paths: names of weights, by creation index.
  ///   - rows: the order of rows behind a `Flatten`, by creation index.
  ///   - match: the tensors of a file, whose identities, shapes and types are then those of the weights: a
  ///     file may store another type than its model declares.
  private init(
    _ node: LayerNode, _ paths: [Int: String], _ rows: [Int: FlattenedRows], _ match: StoredMatch? = nil
  ) {
    self.init(
      name: node.name, className: node.className, unit: node.unit,
      weights: node.ownWeights.compactMap { weight in
        let tensor = match?.tensors[weight.creationIndex]
        if match != nil, tensor == nil { return nil }
        // In a list, what is before the last part tells weights of several layers apart.
        let listed = weight.stored?.name
        return Weight(
          name: listed?.contains("/") == true ? listed : weight.name,
          shape: tensor?.shape ?? weight.spec.shape,
          dtype: tensor?.dtype ?? weight.spec.dtype, id: tensor?.index ?? weight.creationIndex,
          path: paths[weight.creationIndex] ?? weight.spec.path, declaration: weight.creationIndex,
          rows: rows[weight.creationIndex])
      },
      children: node.children.map { children in
        Children(
          attribute: children.attribute,
          parts: children.nodes.map { ModelPart($0, paths, rows, match) })
      }, node: node, list: [])
  }

  init(_ architecture: Architecture) {
    self.init(architecture.model, architecture.weightNames, architecture.flattenedRows)
  }

  /// A file's parts, as its architecture tells them or else the file itself.
  init(_ stored: StoredModel) {
    if let architecture = stored.architecture, let match = stored.match {
      self.init(architecture, match)
    } else {
      self.init(stored.catalog.tree, path: "", rows: stored.unfollowedRows)
    }
  }

  /// The parts of a file that is of a model.
  init(_ architecture: Architecture, _ match: StoredMatch) {
    self.init(architecture.model, architecture.weightNames, architecture.flattenedRows, match)
  }

  /// The parts of a file without names and architecture, which is of a model as a whole.
  ///
  /// - Returns: `nil` if it tells names, or is of another model.
  init?(_ architecture: Architecture, whole stored: StoredModel, _ renames: [LayerRename]) {
    let tree = stored.catalog.tree
    guard stored.architecture == nil, tree.form == .objectTree, renames.isEmpty,
      tree.allLayers.contains(where: { $0.name.isEmpty && !$0.tensors.isEmpty }),
      let match = try? StoredMatch(architecture, tree)
    else { return nil }
    self.init(architecture, match)
  }

  /// - Parameters:
  ///   - tree: a layer of a file.
  ///   - path: its path, for people.
  ///   - rows: what is known of the order of rows behind a `Flatten`.
  ///   - isNumbered: whether it is called by its class among others, not by the attribute that holds it.
  private init(_ tree: TensorTree, path: String, rows: FlattenedRows?, isNumbered: Bool = true) {
    self.init(
      name: tree.name, className: nil, unit: isNumbered ? tree.unit : "",
      weights: tree.tensors.map { tensor in
        Weight(
          name: Int(tensor.name) == nil ? tensor.name : nil, shape: tensor.shape, dtype: tensor.dtype,
          id: tensor.index, path: path.isEmpty ? tensor.name : "\(path)/\(tensor.name)",
          rows: tensor.shape.rank == 2 ? rows : nil)
      },
      children: tree.branches.map { branch in
        Children(
          attribute: branch.attribute,
          parts: branch.layers.map { layer in
            let name = layer.name.isEmpty ? layer.unit : layer.name
            return ModelPart(
              layer, path: path.isEmpty ? name : "\(path)/\(name)", rows: rows, isNumbered: branch.isList)
          })
      }, node: nil, list: tree.form == .layerList ? tree.tensors : [])
  }
}

extension ModelPart.Weight {
  /// Whether it is the second matrix of LoRA of a layer, and was trained: it is zero before.
  func isTrainedLoRA(in stored: StoredModel) -> Bool {
    let last = (name ?? "").split(separator: "/").last ?? ""
    return last.hasPrefix("lora_") && (last.hasSuffix("_b") || last.hasSuffix("_b:0")) && !stored.isZero(id)
  }
}

extension Architecture {
  /// The name of each weight by its creation index.
  fileprivate var weightNames: [Int: String] {
    Dictionary(namedWeights.map { ($0.weight, $0.name) }) { first, _ in first }
  }
}
