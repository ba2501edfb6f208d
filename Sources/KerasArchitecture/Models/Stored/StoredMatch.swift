package import Tensors
import Text

/// The assignment of a file's tensors to the weights of a model, by the rules by which Keras loads a file.
package struct StoredMatch: Sendable {
  /// The tensor of each weight, by its `WeightDeclaration.creationIndex`.
  package private(set) var tensors: [Int: TensorTree.Tensor] = [:]

  /// What was found out otherwise.
  package init(_ tensors: [Int: TensorTree.Tensor]) { self.tensors = tensors }

  /// - Parameters:
  ///   - architecture: the model.
  ///   - tree: a file's tensors: a list of layers is matched by position, a tree of objects by path.
  ///   - isOwn: whether the file itself has the architecture, so that the order in each layer is known.
  /// - Throws: where the numbers or shapes of weights differ, or it is not certain which is which.
  package init(
    _ architecture: Architecture, _ tree: TensorTree, isOwn: Bool = false
  ) throws(StoredMismatch) {
    switch tree.form {
    case .layerList: try matchLayers(architecture, tree, isOwn: isOwn)
    case .objectTree: try matchObjects(architecture, tree)
    }
  }

  private mutating func matchLayers(
    _ architecture: Architecture, _ tree: TensorTree, isOwn: Bool
  ) throws(StoredMismatch) {
    let stored = tree.branches.flatMap(\.layers).filter { !$0.tensors.isEmpty }
    let layers = architecture.layers.filter { !$0.legacyWeights.isEmpty }
    guard stored.count == layers.count else {
      throw StoredMismatch(
        "the file has \(NumberText.counted(stored.count, "layer")) with weights, the model has "
          + "\(layers.count)"
      )
    }
    for (layer, stored) in isOwn ? Array(zip(layers, stored)) : try paired(layers, stored) {
      let weights = try ListedWeights(layer, architecture.generation).order(of: stored.tensors, isOwn: isOwn)
      try match(weights, stored.tensors, "\"\(layer.name)\" (\"\(stored.name)\" in the file)")
    }
  }

  /// The layers of the model with those of the file: by their names where both have the same, else by
  /// position, as Keras does.
  ///
  /// - Throws: if a name that somebody gave is that of a layer at another position.
  private func paired(
    _ layers: [LayerNode], _ stored: [TensorTree]
  ) throws(StoredMismatch) -> [(LayerNode, TensorTree)] {
    let places = Dictionary(stored.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let found = layers.map { places[$0.name] }
    if Set(found.compactMap(\.self)).count == layers.count {
      return zip(layers, found).compactMap { layer, place in place.map { (layer, stored[$0]) } }
    }
    for (position, (layer, place)) in zip(layers, found).enumerated() {
      guard let place, place != position, AutomaticName(layer.name).base != layer.unit else { continue }
      throw StoredMismatch(
        at: "\"\(layer.name)\"",
        "it is layer \(position + 1) with weights in the model and layer \(place + 1) in the file, and other "
          + "layers have other names: neither names nor positions tell which is which")
    }
    return Array(zip(layers, stored))
  }

  private mutating func matchObjects(
    _ architecture: Architecture, _ tree: TensorTree
  ) throws(StoredMismatch) {
    let stored = tree.tensorsByPath
    let objects = architecture.model.objects
    try checkNames(objects, tree)
    for object in objects {
      try checkShared(object, objects, stored)
      try match(object.weights, stored[object.path] ?? [], "\"\(object.name)\" (/\(object.path) in the file)")
    }
    for weight in architecture.weights where tensors[weight.creationIndex] == nil && !weight.isMergedWhenSaved
    {
      throw StoredMismatch("the file has no tensor for the weight `\(weight.spec.path)` of the model")
    }
    try checkRest(objects, tree)
  }

  /// Refuses a tree in which a layer of two models is stored in one of them, as Keras does: a document has it
  /// twice, and who reads that makes two layers.
  private func checkShared(
    _ object: ModelObject, _ objects: [ModelObject], _ stored: [String: [TensorTree.Tensor]]
  ) throws(StoredMismatch) {
    guard !object.weights.isEmpty, stored[object.path]?.isEmpty ?? true else { return }
    let shapes = object.weights.map(\.spec.shape)
    let twin = objects.first {
      $0.path != object.path && $0.name == object.name && stored[$0.path]?.map(\.shape) == shapes
        && $0.weights.map(\.spec.shape) == shapes
    }
    guard let twin else { return }
    throw StoredMismatch(
      at: "\"\(object.name)\"",
      "two models share the layer, and Keras has stored it in one of them (/\(twin.path)): Keras cannot load "
        + "such a file by itself, nor what it describes",
      advice: "make the model with its code, and load the file into it: model.load_weights(FILE)")
  }

  /// Refuses a tree whose layers have the model's names at other places: one of both is wrong.
  private func checkNames(_ objects: [ModelObject], _ tree: TensorTree) throws(StoredMismatch) {
    let stored = Dictionary(tree.objects.map { ($0.path, $0.tree.name) }) { first, _ in first }
    func folder(_ path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
    let siblings = Dictionary(grouping: objects.filter { !$0.weights.isEmpty }) { folder($0.path) }
    for group in siblings.values where group.count > 1 {
      let paths = Dictionary(group.map { ($0.name, $0.path) }) { first, _ in first }
      for object in group {
        let unit = object.path.split(separator: "/").last.map(String.init) ?? ""
        guard let name = stored[object.path], !name.isEmpty, name != object.name, paths[name] != nil,
          AutomaticName(name).base != AutomaticName(unit).base
        else { continue }
        throw StoredMismatch(
          at: "\"\(object.name)\" (/\(object.path) in the file)",
          "the file calls it \"\(name)\", which is another layer of the model: names and places contradict "
            + "each other")
      }
    }
  }

  /// Refuses a tree with weights that the model has not; integers may be the state of a generator.
  private func checkRest(_ objects: [ModelObject], _ tree: TensorTree) throws(StoredMismatch) {
    let known = Set(objects.map(\.path))
    for (path, object) in tree.objects where !known.contains(path) {
      guard let tensor = object.tensors.first(where: { $0.dtype.isFloatingPoint }) else { continue }
      throw StoredMismatch(
        at: "/\(path) in the file", "the file has `\(tensor.name)` there, and the model nothing")
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
