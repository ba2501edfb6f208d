package import Tensors
import Text

/// The assignment of a file's tensors to the weights of a model, by the rules by which Keras loads a file.
package struct StoredMatch: Sendable {
  /// The tensor of each weight, by its `WeightDeclaration.creationIndex`.
  package private(set) var tensors: [Int: TensorTree.Tensor] = [:]

  /// - Parameters:
  ///   - architecture: the model.
  ///   - tree: a file's tensors: a list of layers is matched by position, a tree of objects by path.
  /// - Throws: where the numbers or shapes of weights differ.
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
      throw StoredMismatch(
        "the file has \(NumberText.counted(stored.count, "layer")) with weights, the model has "
          + "\(layers.count)"
      )
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
    for weight in architecture.weights where tensors[weight.creationIndex] == nil && !weight.isMergedWhenSaved
    {
      throw StoredMismatch("the file has no tensor for the weight `\(weight.spec.path)` of the model")
    }
  }

  private mutating func match(
    _ weights: [WeightDeclaration], _ stored: [TensorTree.Tensor], _ place: String
  ) throws(StoredMismatch) {
    guard weights.count == stored.count else {
      throw StoredMismatch(
        at: place, "\(NumberText.counted(stored.count, "weight")) in the file, \(weights.count) in the model")
    }
    for (weight, tensor) in zip(weights, stored) {
      guard weight.spec.shape == tensor.shape else {
        throw StoredMismatch(
          at: place,
          "`\(weight.name)` has the shape \(tensor.shape) in the file and \(weight.spec.shape) in the model")
      }
      tensors[weight.creationIndex] = tensor
    }
  }
}

extension StoredMatch {
  /// The tensors of another model's file that can initialize weights: those of a layer of the same name, at
  /// the same index in the layer and of the same shape and type.
  ///
  /// - Returns: the tensors by `WeightDeclaration.creationIndex`.
  package static func transferable(
    to architecture: Architecture, from tree: TensorTree
  ) -> [Int: TensorTree.Tensor] {
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
