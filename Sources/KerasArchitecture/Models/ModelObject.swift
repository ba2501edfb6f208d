import Tensors

/// A layer, or the model itself, as one of the objects that the formats of Keras 3 store.
package struct ModelObject: Sendable {
  /// The path in the tree of objects: `layers/bidirectional/forward_layer/cell`; empty for the model.
  package let path: String
  package let name: String
  /// The weights in the order in which they are numbered.
  package let weights: [WeightDeclaration]
  /// Whether it is a layer of an unknown class, known from such a format.
  package let isStoredTree: Bool
}

extension LayerNode {
  /// The objects of a model in the order in which Keras 3 visits them: each before those that it holds, and
  /// of those the layers of a model first, then attributes by name, those that begin with `_` last. A layer
  /// that several hold is stored where it is visited first.
  package var objects: [ModelObject] {
    var objects: [ModelObject] = []
    var visited: Set<Identity> = []
    appendObjects(at: "", to: &objects, &visited)
    return objects
  }

  /// What tells that two nodes are one layer: a wrapper that counts a kernel as its own has another name.
  private struct Identity: Hashable {
    let name, className: String
    let weights: [Int]
  }

  private func appendObjects(
    at path: String, to objects: inout [ModelObject], _ visited: inout Set<Identity>
  ) {
    let identity = Identity(name: name, className: className, weights: objectWeights.map(\.creationIndex))
    let isNew = identity.weights.isEmpty || visited.insert(identity).inserted
    objects.append(
      ModelObject(
        path: path, name: name, weights: isNew ? objectWeights : [],
        isStoredTree: storedForm == .objectTree))
    let sorted = children.sorted { Self.visitingRank($0.attribute) < Self.visitingRank($1.attribute) }
    for children in sorted {
      let attribute = path.isEmpty ? children.attribute : "\(path)/\(children.attribute)"
      guard children.isList else {
        for node in children.nodes { node.appendObjects(at: attribute, to: &objects, &visited) }
        continue
      }
      var counts: [String: Int] = [:]
      for node in children.nodes {
        let count = counts[node.unit, default: 0]
        counts[node.unit] = count + 1
        let unit = count == 0 || node.isUnitFixed ? node.unit : "\(node.unit)_\(count)"
        node.appendObjects(at: "\(attribute)/\(unit)", to: &objects, &visited)
      }
    }
  }

  private static func visitingRank(_ attribute: String) -> (Int, String) {
    (attribute == "layers" ? 0 : attribute.hasPrefix("_") ? 2 : 1, attribute)
  }
}

extension LayerNode {
  /// The layer and all below it, each before those that it holds.
  package var allNodes: [LayerNode] { [self] + children.flatMap { $0.nodes.flatMap(\.allNodes) } }

  /// The first layer whose weights cannot be put into the order of `layer.weights`: it is known only from a
  /// tree of objects.
  package var firstWithoutOrder: LayerNode? {
    allNodes.first { node in
      guard node.storedForm == .objectTree else { return false }
      // Names are in the order of the alphabet, and whether an integer in front is trained is not known.
      let isNamed = node.objectWeights.contains { !($0.stored?.name ?? "0").allSatisfy(\.isNumber) }
      if isNamed, node.objectWeights.count > 1 { return true }
      if node.objectWeights.map(\.creationIndex) != node.ownWeights.map(\.creationIndex) { return true }
      return node.children.flatMap(\.nodes).filter { !$0.weights.isEmpty }.count > 1
    }
  }

  /// The first layer whose weights cannot be assigned to the objects that it holds: it is known only from a
  /// list of weights.
  package var firstWithoutObjects: LayerNode? {
    allNodes.first { node in
      guard node.storedForm == .layerList else { return false }
      // A model of a class of its own: attributes, and their order, tell where Keras 3 stores its layers.
      if !node.children.isEmpty { return true }
      return node.ownWeights.contains { weight in
        let parts = weight.stored?.name.split(separator: "/").map(String.init) ?? []
        guard parts.count > 1 else { return false }
        return parts.dropLast().lastIndex(of: node.name) != parts.count - 2
      }
    }
  }

  /// The first layer of an unknown class whose weights decide the order of this layer's list: whether they
  /// are trained is not known, and a model lists what is trained first.
  package var firstOfUnknownTraining: LayerNode? {
    guard isTrainable else { return nil }
    let models = allNodes.filter { node in node.children.contains { $0.attribute == "layers" } }
    return models.flatMap(\.allNodes).first { node in
      node.storedForm != nil && node.ownWeights.contains { $0.spec.dtype.isFloatingPoint }
    }
  }
}
