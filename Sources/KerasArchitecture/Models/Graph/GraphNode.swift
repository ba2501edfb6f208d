import OrderedJSON

/// One call of a layer in a graph.
struct GraphNode {
  let pointer: JSONPointer
  let positional: [GraphArgument]
  let keywords: [(key: String, value: GraphArgument)]

  /// The tensors that go in: positional arguments first.
  let references: [TensorReference]

  private init(
    pointer: JSONPointer, positional: [GraphArgument], keywords: [(key: String, value: GraphArgument)]
  ) {
    self.pointer = pointer
    self.positional = positional
    self.keywords = keywords
    references = (positional + keywords.map(\.value)).flatMap(\.references)
  }

  /// Reads an element of `inbound_nodes`.
  init(
    _ value: JSONValue, at pointer: JSONPointer, of place: LayerPlace, _ generation: KerasGeneration
  ) throws(ArchitectureError) {
    if generation.isKeras3, let object = value.objectValue {
      self.init(
        pointer: pointer,
        positional: (object["args"]?.arrayValue ?? []).map { GraphArgument(keras3: $0) },
        keywords: (object["kwargs"]?.objectValue?.members ?? []).map {
          ($0.key, GraphArgument(keras3: $0.value))
        })
      return
    }
    // tf.keras writes a node of one tensor without a list around it for operations.
    let entries: JSONValue = value.isTensor ? [value] : value
    guard entries.objectValue != nil || !(entries.arrayValue ?? []).isEmpty else {
      throw place.error("a node of `inbound_nodes` must be an object or a list of tensors", at: pointer)
    }
    var keywords: [(key: String, value: GraphArgument)] = []
    var argument = try GraphArgument(keras2Node: entries, at: pointer, of: place, &keywords)
    if case .list(let elements) = argument, elements.count == 1 { argument = elements[0] }
    self.init(pointer: pointer, positional: [argument], keywords: keywords)
  }
}
