import OrderedJSON

/// A reference to a tensor of a graph, as the document writes it.
struct TensorReference: Hashable {
  let layer: String
  /// The index of the call of the layer, as the document counts it.
  let node: Int
  /// The index among the call's outputs.
  let tensor: Int

  /// Keras's `["dense", 0, 0]`, perhaps with keyword arguments as a fourth element.
  init?(_ value: JSONValue?) {
    guard let list = value?.arrayValue, list.count >= 3, let layer = list[0].stringValue,
      let node = list[1].wholeNumber, let tensor = list[2].wholeNumber, node >= 0, tensor >= 0
    else { return nil }
    self.init(layer: layer, node: node, tensor: tensor)
  }

  /// All references in a model's outputs: one, or any structure of them.
  static func all(in value: JSONValue?) -> [TensorReference] {
    if let reference = TensorReference(value) { return [reference] }
    if let elements = value?.arrayValue { return elements.flatMap { all(in: $0) } }
    return value?.objectValue?.members.flatMap { all(in: $0.value) } ?? []
  }

  init(layer: String, node: Int, tensor: Int) {
    self.layer = layer
    self.node = node
    self.tensor = tensor
  }
}
