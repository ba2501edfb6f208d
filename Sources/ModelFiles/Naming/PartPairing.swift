import KerasArchitecture
import Tensors

/// Which weights of a file are which of a model, that need not be the same.
///
/// Layers of models go by their names, those that Keras made up by class and order; what a layer holds goes
/// by the attribute that holds it.
struct PartPairing {
  /// Layers that are the same under two names.
  struct Renamed: Sendable, Hashable {
    let file, model: String
  }

  /// A weight that both have and that cannot be copied.
  struct Unlike: Sendable, Hashable {
    let weight, reason: String
    /// The source's identity of it; `nil` if it is not told apart from others of its layer.
    var source: Int?
    /// Whether it is the same but for the order of its rows.
    var isReordered = false
  }

  /// What is said of a kernel behind what was flattened, if the order of its rows is not known.
  static let unknownRows =
    "channels come first in one model and last in the other, and the order of what was flattened cannot "
    + "be followed to it"

  /// The source's identity of each weight, by the target's.
  private(set) var sources: [Int: Int] = [:]
  /// What weights are made of that the two store in different ways, by the target's identity over the
  /// source's; `sources` has one of them.
  private(set) var expressions: [Int: TensorExpression<Int>] = [:]
  private(set) var renamed: [Renamed] = []
  private(set) var unlike: [Unlike] = []
  /// The layers of classes of their own whose weights the two have in orders that nothing tells.
  private(set) var unordered: [String] = []
  /// The renamings that meet a layer on both sides.
  private(set) var applied: Set<LayerRename> = []
  /// One of two renamings that mean the same layer.
  private(set) var collision: LayerRename?
  private var used: Set<Int> = []
  /// The weights of the source that several of its layers hold: a model may have each of them by itself.
  private var shared: Set<Int> = []
  private let generation: KerasGeneration
  /// Whether weights are to be compared, so that they need not be alike.
  private let isComparison: Bool
  /// Whether weights may be of another type: Keras converts them as it loads them.
  private var allowsOtherTypes = false
  /// Whether rows behind a `Flatten` are put into the order of the model's channels.
  private let ordersRows: Bool

  /// - Parameters:
  ///   - target: the model's parts.
  ///   - source: the file's.
  ///   - generation: the Keras of the model.
  ///   - renames: what the user says of names.
  ///   - ordersRows: whether rows behind a `Flatten` are put into the order of the model's channels.
  init(
    _ target: ModelPart, _ source: ModelPart, _ generation: KerasGeneration, _ renames: [LayerRename],
    ordersRows: Bool = false
  ) {
    self.ordersRows = ordersRows
    self.generation = generation
    isComparison = false
    shared = source.sharedWeights
    let models = Dictionary(target.namedParts.map { ($0.path, $0.part) }) { first, _ in first }
    var partners: [String: String] = [:]
    for rename in renames {
      for (path, part) in source.namedParts {
        guard let new = rename.renamed(path), let model = models[new] else { continue }
        applied.insert(rename)
        for (one, other) in [("file \(path)", new), ("model \(new)", path)] {
          if let before = partners.updateValue(other, forKey: one), before != other { collision = rename }
        }
        pair(part, model)
      }
    }
    // One may be a part of the other; then nothing else of that is meant.
    if source.name != target.name, !source.hasAutomaticName, let part = target.part(named: source.name) {
      pair(source, part)
    } else if source.name != target.name, !target.hasAutomaticName,
      let part = source.part(named: target.name)
    {
      pair(part, target)
    } else {
      pair(source, target)
    }
    pairUnique(source, target)
  }

  /// Pairs the weights of a model with those of the one that it was made of, in which every layer has the
  /// same name.
  init(upgraded target: ModelPart, from source: ModelPart) {
    generation = .keras3
    ordersRows = false
    isComparison = false
    allowsOtherTypes = true
    let sources = source.namedParts(\.upgradedName)
    let paths = Dictionary(sources.map { ($0.path, $0.part) }) { first, _ in first }
    let names = Dictionary(grouping: sources, by: \.part.name.upgradedName)
    for (path, part) in target.namedParts where !part.holdsModel && !part.allWeights.isEmpty {
      let found = names[part.name] ?? []
      if let other = paths[path] ?? (found.count == 1 ? found[0].part : nil) { pair(other, part) }
    }
  }

  /// Pairs the weights of two files, alike or not.
  init(comparing target: ModelPart, _ source: ModelPart, _ generation: KerasGeneration) {
    self.generation = generation
    ordersRows = false
    isComparison = true
    pair(source, target)
    pairUnique(source, target)
  }

  // MARK: Layers

  private mutating func pair(_ source: ModelPart, _ target: ModelPart) {
    if target.isOrderUnknown(in: source) {
      unordered.append(target.name)
      let reason =
        "its class is not of Keras, and the two containers have its weights in orders of their own"
      for weight in target.allWeights where sources[weight.id] == nil {
        unlike.append(Unlike(weight: weight.path, reason: reason))
      }
      used.formUnion(source.allWeights.map(\.id))
      return
    }
    if !isComparison, pairByMeaning(source, target) { return }
    guard source.isClass(of: target) else {
      for weight in target.allWeights where sources[weight.id] == nil {
        let (file, model) = (source.className ?? source.base, target.className ?? target.base)
        unlike.append(Unlike(weight: weight.path, reason: "\(model) here, \(file) in the file"))
      }
      return
    }
    if source.children.isEmpty, !target.children.isEmpty, !source.list.isEmpty {
      pairList(source, target)
      return
    }
    pairOwn(source, target)
    for children in target.children {
      guard let others = source.children.first(where: { $0.plainAttribute == children.plainAttribute }) else {
        continue
      }
      if children.isNamed {
        pairNamed(others.parts, children.parts)
      } else if others.parts.count == children.parts.count {
        for (one, other) in Self.matched(others.parts, children.parts) { pair(one, other) }
      }
    }
  }

  /// Layers that store the same in different ways.
  ///
  /// - Returns: false if they do not, so that names are enough.
  private mutating func pairByMeaning(_ source: ModelPart, _ target: ModelPart) -> Bool {
    guard let conversion = target.conversion(from: source) else { return false }
    for (weight, expression) in conversion {
      guard sources[weight.id] == nil, !expression.leaves.contains(where: isUsed),
        let first = expression.leaves.min()
      else { continue }
      let dtypes = Set(
        source.allWeights.filter { expression.leaves.contains($0.id) }.map(\.dtype))
      guard dtypes == [weight.dtype] || allowsOtherTypes && dtypes.count == 1 else {
        let found = dtypes.map(\.rawValue).sorted().joined(separator: " and ")
        unlike.append(
          Unlike(
            weight: weight.path, reason: "\(weight.dtype.rawValue) here, \(found) in the file",
            source: first))
        continue
      }
      let other = source.allWeights.first { expression.leaves.contains($0.id) && $0.rows != nil }
      guard let value = ordered(expression, weight, rows: other?.rows, first) else { continue }
      sources[weight.id] = first
      if value.leaf == nil { expressions[weight.id] = value }
    }
    for (_, expression) in conversion { used.formUnion(expression.leaves) }
    return true
  }

  /// The members of two lists in one attribute: by order, but by class and number where a file has them in
  /// the order of its names.
  private static func matched(_ ones: [ModelPart], _ others: [ModelPart]) -> [(ModelPart, ModelPart)] {
    guard ones.count > 1, ones.contains(where: { $0.node == nil }) else { return Array(zip(ones, others)) }
    let byUnit = Dictionary(ones.map { ($0.unit, $0) }) { first, _ in first }
    var counts: [String: Int] = [:]
    return others.compactMap { other in
      let number = counts[other.unit, default: 0]
      counts[other.unit] = number + 1
      return byUnit[number == 0 ? other.unit : "\(other.unit)_\(number)"].map { ($0, other) }
    }
  }

  /// The layers of two models, but for those that are paired already.
  private mutating func pairNamed(_ all: [ModelPart], _ wanted: [ModelPart]) {
    let ones = all.filter { part in
      let weights = part.allWeights
      return !weights.isEmpty && !weights.allSatisfy { isUsed($0.id) }
    }
    let others = wanted.filter { part in
      let weights = part.allWeights
      return !weights.isEmpty && !weights.allSatisfy { sources[$0.id] != nil }
    }
    var rest = Set(others.indices)
    let uncertain = pairNumbered(ones, others, &rest)
    let byName = Dictionary(grouping: ones.filter { !$0.name.isEmpty }, by: \.name)
    for index in rest.sorted() {
      let target = others[index]
      guard let found = byName[target.name], found.count == 1 else { continue }
      if target.hasAutomaticName, uncertain.contains(target.base), !isComparison {
        let reason = "Keras numbered such layers otherwise: --rename OLD=NEW says which is which"
        for weight in target.allWeights { unlike.append(Unlike(weight: weight.path, reason: reason)) }
      } else {
        pair(found[0], target)
      }
    }
  }

  /// Pairs the layers that Keras numbers, which it does anew in each run: in one model dense is what dense_2
  /// is in another.
  ///
  /// - Parameters:
  ///   - ones: the file's.
  ///   - others: the model's.
  ///   - rest: the model's layers that are not paired, from which the others are taken.
  /// - Returns: the classes that the two do not begin to number alike, so that equal numbers mean nothing.
  private mutating func pairNumbered(
    _ ones: [ModelPart], _ others: [ModelPart], _ rest: inout Set<Int>
  ) -> Set<String> {
    // A file without names numbers its layers in the order of the model.
    let isNameless = ones.contains { $0.name.isEmpty }
    var uncertain: Set<String> = []
    for base in Set(others.filter { $0.hasAutomaticName || isNameless }.map(\.base)).sorted() {
      let stored = Self.inOrder(ones.indices.filter { ones[$0].isAutomatic(base) }.map { ($0, ones[$0]) })
      var model = others.indices.filter { index in
        others[index].isAutomatic(base) || isNameless && others[index].base == base
      }.map { ($0, others[$0]) }
      if !isNameless { model = Self.inOrder(model) }
      guard stored.count == model.count, zip(stored, model).allSatisfy({ $0.1.resembles($1.1) }) else {
        if let first = stored.first, first.1.number != model.first?.1.number { uncertain.insert(base) }
        continue
      }
      for ((_, one), (index, other)) in zip(stored, model) {
        let count = sources.count
        pair(one, other)
        if !one.name.isEmpty, one.name != other.name, sources.count > count {
          renamed.append(Renamed(file: one.name, model: other.name))
        }
        rest.remove(index)
      }
    }
    return uncertain
  }

  /// Layers by number, if each has one of its own.
  private static func inOrder(_ parts: [(Int, ModelPart)]) -> [(Int, ModelPart)] {
    guard Set(parts.map(\.1.number)).count == parts.count else { return parts }
    return parts.sorted { $0.1.number < $1.1.number }
  }

  /// What has a name that somebody gave, wherever it is.
  private mutating func pairUnique(_ source: ModelPart, _ target: ModelPart) {
    func named(_ part: ModelPart) -> [String: [ModelPart]] {
      Dictionary(
        grouping: part.namedParts.map(\.part).filter { !$0.hasAutomaticName && !$0.allWeights.isEmpty },
        by: \.name)
    }
    let (ones, others) = (named(source), named(target))
    for name in others.keys.sorted() {
      guard let one = ones[name], let other = others[name], one.count == 1, other.count == 1,
        other[0].allWeights.allSatisfy({ sources[$0.id] == nil }),
        one[0].allWeights.allSatisfy({ !isUsed($0.id) })
      else { continue }
      pair(one[0], other[0])
    }
  }

  // MARK: Weights

  /// What two layers own themselves.
  private mutating func pairOwn(_ source: ModelPart, _ target: ModelPart) {
    // A class of somebody's own may have the weights of several layers, whose last names are the same.
    let isPlain = [source, target].allSatisfy { part in
      Set(part.weights.map(\.plainName)).count == part.weights.count
    }
    func key(_ weight: ModelPart.Weight) -> String { isPlain ? weight.plainName : weight.fullName }
    let named = Dictionary(source.weights.map { (key($0), $0) }) { first, _ in first }
    func counterpart(_ weight: ModelPart.Weight) -> ModelPart.Weight? {
      guard weight.name != nil else { return nil }
      return named[key(weight)] ?? named[KerasGeneration.keras1Name(ofWeight: weight.plainName)]
    }
    let common = target.weights.compactMap { weight in counterpart(weight).map { ($0, weight) } }
    if !common.isEmpty {
      for (other, weight) in common { take(other, weight) }
      return
    }
    // The file numbers them, or names them in the words of another Keras.
    let order =
      source.list.isEmpty
      ? target.node?.objectWeights
      : target.node.map { node in
        node.ownWeights.filter(\.isTrainable) + node.ownWeights.filter { !$0.isTrainable }
      }
    let ids = order?.map(\.creationIndex) ?? target.weights.map(\.id)
    guard ids.count == source.weights.count else { return }
    let byID = Dictionary(target.weights.map { ($0.id, $0) }) { first, _ in first }
    for (id, weight) in zip(ids, source.weights) { if let other = byID[id] { take(weight, other) } }
  }

  /// A layer with all below it, which the file has in one list.
  private mutating func pairList(_ source: ModelPart, _ target: ModelPart) {
    guard let node = target.node, node.weights.count == source.list.count else { return }
    let weights = Dictionary(target.allWeights.map { ($0.id, $0) }) { first, _ in first }
    do throws(StoredMismatch) {
      let order = try ListedWeights(node, generation).order(of: source.list)
      for (weight, other) in zip(source.weights, order) {
        if let other = weights[other.creationIndex] { take(weight, other) }
      }
    } catch {
      for weight in target.allWeights { unlike.append(Unlike(weight: weight.path, reason: error.reason)) }
    }
  }

  private func isUsed(_ weight: Int) -> Bool { used.contains(weight) && !shared.contains(weight) }

  private mutating func take(_ source: ModelPart.Weight, _ target: ModelPart.Weight) {
    guard sources[target.id] == nil, !isUsed(source.id) else { return }
    guard isComparison || source.shape == target.shape else {
      unlike.append(
        Unlike(
          weight: target.path, reason: "shape \(target.shape) here, \(source.shape) in the file",
          source: source.id))
      return
    }
    guard isComparison || allowsOtherTypes || source.dtype == target.dtype else {
      unlike.append(
        Unlike(
          weight: target.path,
          reason: "\(target.dtype.rawValue) here, \(source.dtype.rawValue) in the file",
          source: source.id))
      return
    }
    let leaf = TensorExpression.leaf(source.id, source.shape)
    guard let value = ordered(leaf, target, rows: source.rows, source.id) else { return }
    sources[target.id] = source.id
    used.insert(source.id)
    if value.leaf == nil { expressions[target.id] = value }
  }

  /// Values with their rows in the order of the model's channels.
  ///
  /// - Parameters:
  ///   - value: the values as the file has them.
  ///   - target: the weight.
  ///   - rows: the order of the file's rows.
  ///   - source: the file's identity of the weight.
  /// - Returns: `nil` if the order differs and is to be left, or is not known, which is noted.
  private mutating func ordered(
    _ value: TensorExpression<Int>, _ target: ModelPart.Weight, rows: FlattenedRows?, _ source: Int
  ) -> TensorExpression<Int>? {
    guard !isComparison, !allowsOtherTypes, let wanted = target.rows, let rows else { return value }
    let reason: String
    switch wanted.order(from: rows) {
    case .same: return value
    case .permuted(let order, let sizes) where ordersRows:
      let rest = Array(target.shape.dimensions.dropFirst())
      let axes = order + rest.indices.map { $0 + order.count }
      return value.reshaped(sizes + rest).transposed(axes).reshaped(target.shape.dimensions)
    case .permuted(_, let sizes):
      reason =
        "its rows are those of \(Shape(wanted.sizes ?? [])) flattened here, of \(Shape(sizes)) in the file: "
        + "--flatten-order puts them into the model's order"
    case .unknown:
      reason = Self.unknownRows
    }
    unlike.append(Unlike(weight: target.path, reason: reason, source: source, isReordered: true))
    return nil
  }
}
