import KerasArchitecture
import Tensors

// What pairing asks of a layer.

extension ModelPart {
  /// The parts that go by names, with their paths.
  var namedParts: [(path: String, part: ModelPart)] { namedParts { $0 } }

  /// The same, with each name turned into another.
  func namedParts(_ spelling: (String) -> String) -> [(path: String, part: ModelPart)] {
    func walk(_ part: ModelPart, _ path: String) -> [(path: String, part: ModelPart)] {
      part.children.flatMap { children in
        children.parts.flatMap { child in
          let own = spelling(child.name)
          let name = path.isEmpty ? own : "\(path)/\(own)"
          return (children.isNamed ? [(name, child)] : []) + walk(child, children.isNamed ? name : path)
        }
      }
    }
    return walk(self, "")
  }

  /// A model in this one.
  func part(named name: String) -> ModelPart? {
    let found = namedParts.filter { $0.part.name == name && $0.part.holdsModel }
    return found.count == 1 ? found[0].part : nil
  }

  var holdsModel: Bool { children.contains { $0.isNamed } || !list.isEmpty && weights.count > 1 }

  func isAutomatic(_ base: String) -> Bool { hasAutomaticName && self.base == base }

  /// The weights of this layer made of those of another that stores them in another way, over their
  /// identities.
  ///
  /// - Returns: `nil` if both store them alike, or mean different things.
  func conversion(
    from source: ModelPart
  ) -> [(weight: ModelPart.Weight, value: TensorExpression<Int>)]? {
    guard let ours = node?.meaning, let theirs = source.node?.meaning,
      let expressions = ours.weights(from: theirs)
    else { return nil }
    func declared(_ part: ModelPart) -> [Int: ModelPart.Weight] {
      Dictionary(part.allWeights.compactMap { weight in weight.declaration.map { ($0, weight) } }) {
        first, _ in first
      }
    }
    let (targets, sources) = (declared(self), declared(source))
    let isPlain = expressions.allSatisfy { index, expression in
      expression.leaf.flatMap { sources[$0]?.plainName } == targets[index]?.plainName
    }
    guard !isPlain else { return nil }
    return expressions.sorted { $0.key < $1.key }.compactMap { index, expression in
      let value: TensorExpression<Int>? = expression.substituting { leaf in
        sources[leaf].map { .leaf($0.id, $0.shape) }
      }
      guard let weight = targets[index], let value, value.shape == weight.shape else { return nil }
      return (weight, value)
    }
  }

  /// The number that Keras gave the layer.
  var number: Int { AutomaticName(name.isEmpty ? unit : name).number }

  /// Whether both are of one class, as far as that is known: a list of layers tells names alone.
  func isClass(of other: ModelPart) -> Bool {
    guard list.isEmpty, other.list.isEmpty, !(holdsModel && other.holdsModel) else { return true }
    guard node?.storedForm == nil, other.node?.storedForm == nil else { return true }
    return base == other.base || unit.isEmpty || other.unit.isEmpty
  }

  /// Whether this layer, of a class that is not of Keras, is known from a tree of objects and the other from
  /// a list, or the reverse, and neither tells the order of its weights in the other.
  func isOrderUnknown(in source: ModelPart) -> Bool {
    guard let node, let ours = node.storedForm else { return false }
    let theirs = source.node?.storedForm ?? (source.list.isEmpty ? .objectTree : .layerList)
    guard ours != theirs else { return false }
    return [node, source.node].compactMap(\.self).contains {
      $0.firstWithoutOrder != nil || $0.firstWithoutObjects != nil
    }
  }

  /// Whether the weights are of the same shapes, one by one.
  func resembles(_ other: ModelPart) -> Bool {
    if other.conversion(from: self) != nil { return true }
    let (ones, others) = (allWeights, other.allWeights)
    return ones.count == others.count
      && ones.map(\.shape.description).sorted() == others.map(\.shape.description).sorted()
  }
}

extension ModelPart.Weight {
  /// The name with what is before it: `lstm/kernel`.
  var fullName: String {
    let name = name ?? ""
    return name.hasSuffix(":0") ? String(name.dropLast(2)) : name
  }

  /// The name as Keras 3 has it: `lstm/kernel:0` is `kernel`.
  var plainName: String {
    guard let name else { return "" }
    let last = name.split(separator: "/").last.map(String.init) ?? name
    return last.hasSuffix(":0") ? String(last.dropLast(2)) : last
  }
}
