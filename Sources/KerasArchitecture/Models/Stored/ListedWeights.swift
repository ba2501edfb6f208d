package import Tensors

/// Which weight of a layer each tensor of a legacy list is.
///
/// Keras goes by position: first what is trainable, then the rest. So the order in a layer that holds others,
/// a model, the halves of `Bidirectional`, the projections of attention, depends on which of them were frozen
/// when the file was written. Another architecture, in which they are not, has another one, and the file's
/// own does not tell everything: attention has no field for a frozen projection. Names tell, as far as both
/// sides have them.
package struct ListedWeights {
  private let layer: LayerNode
  private let generation: KerasGeneration

  package init(_ layer: LayerNode, _ generation: KerasGeneration) {
    self.layer = layer
    self.generation = generation
  }

  /// - Parameters:
  ///   - tensors: a layer's list.
  ///   - isOwn: whether the architecture is the file's own, which tells what was frozen of a model.
  /// - Returns: the weights in the order of the list.
  /// - Throws: if names do not tell the order, and shapes allow several.
  package func order(
    of tensors: [TensorTree.Tensor], isOwn: Bool = false
  ) throws(StoredMismatch) -> [WeightDeclaration] {
    let positional = layer.legacyWeights
    guard holdsLayers, positional.count == tensors.count else { return positional }
    if let named = orderByNames(tensors) ?? orderByBases(tensors) { return named }
    return isOwn || !holdsModel ? positional : try orderByOwners(tensors)
  }

  /// Whether the weights are those of several layers.
  private var holdsLayers: Bool { layer.allNodes.count { !$0.ownWeights.isEmpty } > 1 }

  /// Whether it is a model, of whose layers the architecture tells which are frozen.
  private var holdsModel: Bool {
    layer.allNodes.contains { $0.children.contains { $0.attribute == "layers" } }
  }

  private var place: String { "\"\(layer.name)\"" }

  /// By the names of weights and of what owns them, of which files have more or less: `c1/kernel:0`,
  /// `sequential/c1/kernel`.
  ///
  /// - Returns: `nil` if the names of the model are not those of the file.
  private func orderByNames(_ tensors: [TensorTree.Tensor]) -> [WeightDeclaration]? {
    let names = tensors.map { Self.parts($0.name) }
    for generation in [generation, .keras3] {
      let paths = WeightPaths(of: layer, generation: generation)
      // The weight's own name and its owner's must agree; what is around tells those apart that share both.
      let weights = Dictionary(
        grouping: layer.weights.map { (weight: $0, path: Self.parts(paths[$0])) }, by: { Self.end($0.path) })
      var order: [WeightDeclaration] = []
      var comparisons = 0
      for (name, tensor) in zip(names, tensors) {
        let alike = weights[Self.end(name)] ?? []
        comparisons = CheckedSize(comparisons).plus(alike.count).value ?? .max
        guard comparisons <= Self.comparisonLimit else { return nil }
        let lengths = alike.map { Self.commonSuffix($0.path, name) }
        let found = zip(alike, lengths).filter { $0.1 == lengths.max() }.map(\.0.weight)
        guard found.count == 1, found[0].spec.shape == tensor.shape else { break }
        order.append(found[0])
      }
      if Set(order.map(\.creationIndex)).count == tensors.count { return order }
    }
    return nil
  }

  /// By the same names without the numbers that Keras gives layers anew in each run, and by those numbers
  /// where that leaves several: `bidirectional_1/backward_lstm_1/lstm_cell_3/kernel`.
  ///
  /// - Returns: `nil` if the names of the model are not those of the file.
  private func orderByBases(_ tensors: [TensorTree.Tensor]) -> [WeightDeclaration]? {
    let stored = tensors.map { Self.parts($0.name) }
    for generation in [generation, .keras3] {
      let paths = WeightPaths(of: layer, generation: generation)
      let weights = layer.weights
      let model = weights.map { Self.parts(paths[$0]) }
      guard let depth = [stored, model].joined().map(\.count).min(), depth > 1 else { continue }
      let (ones, others) = (Self.byBase(stored, depth), Self.byBase(model, depth))
      guard let ones, let others, ones.keys == others.keys else { continue }
      var order: [Int: WeightDeclaration] = [:]
      for (base, places) in ones {
        for (place, index) in zip(places, others[base] ?? [])
        where weights[index].spec.shape == tensors[place].shape { order[place] = weights[index] }
      }
      let result = tensors.indices.compactMap { order[$0] }
      if result.count == tensors.count { return result }
    }
    return nil
  }

  /// The places of names in a list by what their last parts are without numbers, each in the order of the
  /// numbers.
  ///
  /// - Returns: `nil` if two names are the same.
  private static func byBase(_ names: [[Substring]], _ depth: Int) -> [String: [Int]]? {
    let parts = names.map { name in name.suffix(depth).map { AutomaticName(String($0)) } }
    let groups = Dictionary(grouping: names.indices) { parts[$0].map(\.base).joined(separator: "/") }
    let numbers = parts.map { $0.map(\.number) }
    for places in groups.values where Set(places.map { numbers[$0] }).count < places.count { return nil }
    return groups.mapValues { places in
      places.sorted { numbers[$0].lexicographicallyPrecedes(numbers[$1]) }
    }
  }

  /// How many paths are compared with names that end alike, for a file in which all do.
  private static let comparisonLimit = 4_000_000

  private static func end(_ name: [Substring]) -> String { name.suffix(2).joined(separator: "/") }

  private static func parts(_ name: String) -> [Substring] {
    (name.hasSuffix(":0") ? name.dropLast(2) : name[...]).split(separator: "/")
  }

  private static func commonSuffix(_ one: [Substring], _ other: [Substring]) -> Int {
    zip(one.reversed(), other.reversed()).prefix { $0 == $1 }.count
  }

  /// What one layer owns of a list.
  private struct Group: Hashable {
    var name: String
    var leaves: [String] = []
    var shapes: [Shape] = []
    /// Positions in the list, or creation indices.
    var members: [Int] = []

    func resembles(_ other: Group) -> Bool { leaves == other.leaves && shapes == other.shapes }
  }

  /// By what belongs together: the names of layers are others, as those that Keras numbers are in each run,
  /// but those of their weights are not.
  ///
  /// - Throws: if several layers could be the same one.
  private func orderByOwners(_ tensors: [TensorTree.Tensor]) throws(StoredMismatch) -> [WeightDeclaration] {
    var stored: [Group] = []
    for (position, tensor) in tensors.enumerated() {
      let parts = Self.parts(tensor.name)
      guard parts.count > 1, let leaf = parts.last else { return try orderByShapes(tensors) }
      Self.add(leaf, tensor.shape, position, ofLayer: parts.dropLast().joined(separator: "/"), to: &stored)
    }
    var model: [Group] = []
    for node in layer.allNodes {
      for weight in node.ownWeights
      where !model.contains(where: { $0.members.contains(weight.creationIndex) }) {
        Self.add(
          Substring(weight.name), weight.spec.shape, weight.creationIndex, ofLayer: node.name, to: &model)
      }
    }
    let weights = Dictionary(layer.weights.map { ($0.creationIndex, $0) }) { first, _ in first }
    guard Set(stored.flatMap(\.leaves)) == Set(model.flatMap(\.leaves)) else {
      return try orderByShapes(tensors)
    }
    var order: [Int: WeightDeclaration] = [:]
    for group in stored {
      let alike = stored.filter(group.resembles)
      let candidates = model.filter(group.resembles)
      guard alike.count == candidates.count else { return try orderByShapes(tensors) }
      guard let one = Self.numbered(alike), let other = Self.numbered(candidates) else {
        throw ambiguity(between: candidates.map(\.name))
      }
      for (position, index) in zip(one, other).flatMap({ zip($0.members, $1.members) }) {
        order[position] = weights[index]
      }
    }
    let result = tensors.indices.compactMap { order[$0] }
    return result.count == tensors.count ? result : try orderByShapes(tensors)
  }

  private static func add(
    _ leaf: Substring, _ shape: Shape, _ member: Int, ofLayer name: String, to groups: inout [Group]
  ) {
    let index = groups.lastIndex { $0.name == name && !$0.leaves.contains(String(leaf)) }
    if index == nil { groups.append(Group(name: name)) }
    let last = index ?? groups.endIndex - 1
    // In the order of names: the list of a frozen layer is that of another one taken apart.
    let place = groups[last].leaves.firstIndex { $0 > leaf } ?? groups[last].leaves.endIndex
    groups[last].leaves.insert(String(leaf), at: place)
    groups[last].shapes.insert(shape, at: place)
    groups[last].members.insert(member, at: place)
  }

  /// Layers in the order of the numbers that Keras gave them: `conv2d`, `conv2d_1`.
  ///
  /// - Returns: `nil` if there are several, which have other names.
  private static func numbered(_ groups: [Group]) -> [Group]? {
    guard groups.count > 1 else { return groups }
    let names = groups.map { AutomaticName($0.name.split(separator: "/").last.map(String.init) ?? $0.name) }
    guard Set(names.map(\.base)).count == 1, Set(names.map(\.number)).count == names.count else { return nil }
    return zip(groups, names).sorted { $0.1.number < $1.1.number }.map(\.0)
  }

  /// The order of Keras, if shapes would tell any other: the names of weights are others too, as old versions
  /// wrote them.
  private func orderByShapes(_ tensors: [TensorTree.Tensor]) throws(StoredMismatch) -> [WeightDeclaration] {
    let order = layer.legacyWeights
    let owners = layer.allNodes.filter { !$0.ownWeights.isEmpty }
    let shapes = owners.map { $0.ownWeights.map(\.spec.shape) }
    let mixed = owners.contains { Set($0.ownWeights.map(\.isCreatedTrainable)).count > 1 }
    guard Set(shapes).count == shapes.count, !mixed, order.map(\.spec.shape) == tensors.map(\.shape) else {
      throw ambiguity(between: owners.map(\.name))
    }
    return order
  }

  private func ambiguity(between names: [String]) -> StoredMismatch {
    let list = names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ") + (names.count > 3 ? " …" : "")
    return StoredMismatch(
      at: place,
      "neither names nor shapes tell which weights are those of \(list): the order in the file depends on "
        + "which of them were frozen when it was written; save it as .keras, or with the names of this model")
  }
}
