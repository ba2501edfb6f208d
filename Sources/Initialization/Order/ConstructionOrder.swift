package import KerasArchitecture
import OrderedJSON
import Text

/// The order in which a script makes the layers of a model, where it is another than that of the model's
/// description.
///
/// Keras draws seeds as layers are made. A description has its layers in the order in which data flows
/// through them; a script that makes the skip branch of a block first draws for that first.
package struct ConstructionOrder: Sendable {
  /// The place of each layer in the order.
  private let ranks: [JSONPointer: Int]

  /// - Parameters:
  ///   - listed: layers by their names or, inside models, by their paths, in the order in which they are
  ///     made. Among themselves they take the places that they have in the description; all others keep
  ///     theirs.
  ///   - architecture: the model.
  /// - Throws: a name that is no layer's, is given twice, or means several.
  package init(
    _ listed: [String], of architecture: Architecture
  ) throws(ConstructionOrderError) {
    let layers = DescribedLayer.leaves(of: architecture)
    let byPath = Dictionary(grouping: layers.indices) { layers[$0].path }
    let byName = Dictionary(grouping: layers.indices) { layers[$0].name }
    let models = DescribedLayer.models(of: architecture).dropFirst()
    var indices: [Int] = []
    for name in listed {
      // A model is made of its layers, which are made before.
      if byPath[name] == nil, models.contains(where: { $0.path == name || $0.name == name }) { continue }
      let found = byPath[name] ?? byName[name] ?? []
      guard let index = found.first else {
        let hint = NearestSpelling.hint(for: name, in: layers.flatMap { [$0.path, $0.name] }, quote: "\"")
        throw ConstructionOrderError("no layer is called \"\(name.clipped)\"\(hint)")
      }
      guard found.count == 1 else {
        throw ConstructionOrderError(
          "\(found.count) layers are called \"\(name.clipped)\"; expected a path, such as "
            + "\"\(layers[index].path.clipped)\"")
      }
      indices.append(index)
    }
    let places = Set(indices).sorted()
    guard places.count == indices.count else {
      let twice = Dictionary(grouping: indices) { $0 }.values.first { $0.count > 1 }?.first
      throw ConstructionOrderError(
        "the layer \"\(twice.map { layers[$0].path.clipped } ?? "")\" is listed twice")
    }
    var order = Array(layers.indices)
    for (place, index) in zip(places, indices) { order[place] = index }
    self.init(order.map { layers[$0] })
  }

  /// The orders of `keras.applications`, for the model itself or those inside it.
  ///
  /// - Parameter architecture: the model.
  /// - Throws: if none of them is one of `keras.applications`.
  package init(ofApplicationsIn architecture: Architecture) throws(ConstructionOrderError) {
    var layers = DescribedLayer.leaves(of: architecture)
    var isKnown = false
    for model in DescribedLayer.models(of: architecture) {
      guard let rule = ApplicationOrder(model.name, architecture.generation) else { continue }
      isKnown = true
      let inner = layers.indices.filter { layers[$0].pointer.isInside(model.pointer) }
      let sorted = rule.order(inner.map { layers[$0] })
      for (index, layer) in zip(inner, sorted) { layers[index] = layer }
    }
    guard isKnown else {
      let name = DescribedLayer.models(of: architecture).first?.name ?? ""
      throw ConstructionOrderError(
        "the model \"\(name.clipped)\" is none of keras.applications, nor is one inside it; expected a model "
          + "with the name that they have there, such as resnet50")
    }
    self.init(layers)
  }

  private init(_ layers: [DescribedLayer]) {
    ranks = Dictionary(zip(layers.map(\.pointer), 0...)) { first, _ in first }
  }

  /// Sorts steps of a model's construction by the layers that take them; those of one layer keep their order.
  func sorted<Steps: Collection>(
    _ steps: Steps, _ place: (Steps.Element) -> LayerPlace
  ) -> [Steps.Element] {
    let ranked = steps.enumerated().map { index, step in
      let pointer = place(step).pointer
      // A script makes the forward layer first, a description the backward one.
      let isBackward = pointer.components.contains(.key("backward_layer"))
      return (rank(of: pointer), isBackward ? 1 : 0, index, step)
    }
    return ranked.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
  }

  /// The place of the layer that is described at a pointer or around it; models themselves come first.
  private func rank(of pointer: JSONPointer) -> Int {
    var candidate: JSONPointer? = pointer
    while let current = candidate {
      if let rank = ranks[current] { return rank }
      candidate = current.parent
    }
    return -1
  }
}
