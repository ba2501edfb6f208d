package import Tensors

/// Which stored tensor is which weight of a model, by the rules by which Keras loads a file.
package struct StoredMatch: Sendable {
  /// By `WeightDeclaration.creationIndex`.
  package private(set) var tensors: [Int: TensorTree.Tensor] = [:]

  /// - Parameters:
  ///   - architecture: the model.
  ///   - tree: a file's tensors: a list of layers is matched by position, a tree of objects by path.
  /// - Throws: where the two do not fit.
  package init(_ architecture: Architecture, _ tree: TensorTree) throws(StoredMismatch) {
    switch tree.form {
    case .layerList: try matchLayers(architecture, tree)
    case .objectTree: try matchObjects(architecture, tree)
    }
  }

  private mutating func matchLayers(
    _ architecture: Architecture, _ tree: TensorTree
  ) throws(StoredMismatch) {
    let stored = tree.branches.flatMap(\.layers).filter { !$0.tensors.isEmpty }
    let layers = architecture.layers.filter { !$0.weights.isEmpty }
    guard stored.count == layers.count else {
      throw StoredMismatch("the file has \(stored.count) layers with weights, the model \(layers.count)")
    }
    for (layer, stored) in zip(layers, stored) {
      try match(layer.legacyWeights, stored.tensors, "\"\(layer.name)\" (\"\(stored.name)\" in the file)")
    }
  }

  private mutating func matchObjects(
    _ architecture: Architecture, _ tree: TensorTree
  ) throws(StoredMismatch) {
    let stored = tree.tensorsByPath
    for object in architecture.model.objects {
      try match(object.weights, stored[object.path] ?? [], "\"\(object.name)\" (/\(object.path) in the file)")
    }
  }

  private mutating func match(
    _ weights: [WeightDeclaration], _ stored: [TensorTree.Tensor], _ place: String
  ) throws(StoredMismatch) {
    guard weights.count == stored.count else {
      throw StoredMismatch(
        "\(place) has \(stored.count) weights in the file and \(weights.count) in the model")
    }
    for (weight, tensor) in zip(weights, stored) {
      guard weight.spec.shape == tensor.shape else {
        throw StoredMismatch(
          "`\(weight.name)` of \(place) has the shape \(tensor.shape) in the file and \(weight.spec.shape) in the model"
        )
      }
      tensors[weight.creationIndex] = tensor
    }
  }
}

/// Why a file is not one of a model.
package struct StoredMismatch: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

extension TensorTree {
  /// The tensors of each object of a tree by its path, as in `ModelObject.path`.
  package var tensorsByPath: [String: [Tensor]] {
    Dictionary(objects.map { ($0.path, $0.tree.tensors) }) { first, _ in first }
  }

  /// Every object of a tree with its path, each before what it holds.
  package var objects: [(path: String, tree: TensorTree)] {
    func walk(_ tree: TensorTree, _ path: String) -> [(path: String, tree: TensorTree)] {
      [(path, tree)]
        + tree.branches.flatMap { branch in
          let attribute = path.isEmpty ? branch.attribute : "\(path)/\(branch.attribute)"
          return branch.layers.flatMap { walk($0, branch.isList ? "\(attribute)/\($0.unit)" : attribute) }
        }
    }
    return walk(self, "")
  }
}

extension StoredMatch {
  /// The tensors of another model's file that have the same layer's name, place in the layer and shape as a weight.
  package static func transferable(to architecture: Architecture, from tree: TensorTree) -> [Int: TensorTree
    .Tensor]
  {
    var result: [Int: TensorTree.Tensor] = [:]
    func take(_ weights: [WeightDeclaration], _ tensors: [TensorTree.Tensor]) {
      for (weight, tensor) in zip(weights, tensors)
      where weight.spec.shape == tensor.shape && weight.spec.dtype == tensor.dtype {
        result[weight.creationIndex] = tensor
      }
    }
    var stored: [String: [TensorTree]] = [:]
    for layer in tree.allLayers where !layer.name.isEmpty { stored[layer.name, default: []].append(layer) }
    let nodes =
      tree.form == .layerList ? architecture.layers : architecture.model.allNodes.dropFirst().map { $0 }
    for node in nodes {
      guard let found = stored[node.name], found.count == 1 else { continue }
      let weights = tree.form == .layerList ? node.legacyWeights : node.objectWeights
      if weights.count == found[0].tensors.count { take(weights, found[0].tensors) }
    }
    return result
  }
}
