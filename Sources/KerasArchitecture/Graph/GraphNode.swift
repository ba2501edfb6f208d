import OrderedJSON

/// A tensor of a graph, by the call that made it.
struct TensorReference: Hashable {
  let layer: String
  /// Which call of the layer; counted as the document counts.
  let node: Int
  /// Which of the call's outputs.
  let tensor: Int

  /// Keras's `["dense", 0, 0]`, perhaps with keyword arguments as a fourth element.
  init?(_ value: JSONValue?) {
    guard let list = value?.arrayValue, list.count >= 3, let layer = list[0].stringValue,
      let node = list[1].wholeNumber, let tensor = list[2].wholeNumber, node >= 0, tensor >= 0
    else { return nil }
    self.init(layer: layer, node: node, tensor: tensor)
  }

  init(layer: String, node: Int, tensor: Int) {
    self.layer = layer
    self.node = node
    self.tensor = tensor
  }
}

/// An argument of a call in a graph.
indirect enum GraphArgument {
  /// A tensor, and the shape that was recorded with it.
  case tensor(TensorReference, recorded: PartialShape?)
  case list([GraphArgument])
  case dictionary([(key: String, value: GraphArgument)])
  case value(JSONValue)

  /// The tensors inside, in Python's flattening order.
  var references: [TensorReference] {
    switch self {
    case .tensor(let reference, _): [reference]
    case .list(let elements): elements.flatMap(\.references)
    case .dictionary(let members): members.sorted { $0.key < $1.key }.flatMap(\.value.references)
    case .value: []
    }
  }

  /// Reads an argument of Keras 3's form.
  init(keras3 value: JSONValue) {
    switch value {
    case .object(let object):
      if object["class_name"]?.stringValue == "__keras_tensor__",
        let reference = TensorReference(object["config"]?["keras_history"])
      {
        self = .tensor(reference, recorded: PartialShape(json: object["config"]?["shape"]))
      } else if object["class_name"] != nil {
        self = .value(value)
      } else {
        self = .dictionary(object.members.map { ($0.key, GraphArgument(keras3: $0.value)) })
      }
    case .array(let elements): self = .list(elements.map { GraphArgument(keras3: $0) })
    default: self = .value(value)
    }
  }

  /// Reads a keyword argument of Keras 2's form, where a tensor is a list of a name and two numbers.
  init(keras2 value: JSONValue) {
    if let reference = TensorReference(value) {
      self = .tensor(reference, recorded: nil)
    } else if let object = value.objectValue {
      self = .dictionary(object.members.map { ($0.key, GraphArgument(keras2: $0.value)) })
    } else if let elements = value.arrayValue {
      self = .list(elements.map { GraphArgument(keras2: $0) })
    } else {
      self = .value(value)
    }
  }
}

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

  /// Reads an element of `inbound_nodes`, of Keras 3's or Keras 2's form.
  init(_ value: JSONValue, at pointer: JSONPointer, of place: LayerPlace) throws(ArchitectureError) {
    if let object = value.objectValue {
      self.init(
        pointer: pointer,
        positional: (object["args"]?.arrayValue ?? []).map { GraphArgument(keras3: $0) },
        keywords: (object["kwargs"]?.objectValue?.members ?? []).map {
          ($0.key, GraphArgument(keras3: $0.value))
        })
      return
    }
    // tf.keras writes a node of one tensor bare for operations.
    let entries = value.isBareNode ? [value] : value.arrayValue ?? []
    guard !entries.isEmpty else {
      throw place.error("a node of `inbound_nodes` must be an object or a list of tensors", at: pointer)
    }
    var tensors: [GraphArgument] = []
    var keywords: [(key: String, value: GraphArgument)] = []
    for (index, entry) in entries.enumerated() {
      if let members = entry.arrayValue?.dropFirst(3).first?.objectValue?.members {
        keywords = members.map { ($0.key, GraphArgument(keras2: $0.value)) }
      }
      // tf.keras writes an argument that is no tensor as a call −1 of nothing.
      if let list = entry.arrayValue, list.count >= 3, list[0] == "_CONSTANT_VALUE" {
        tensors.append(.value(list[2]))
        continue
      }
      guard let reference = TensorReference(entry) else {
        throw place.error(
          "expected a tensor such as [\"dense\", 0, 0]; found \(entry.pythonText().prefix(60))",
          at: pointer[index])
      }
      tensors.append(.tensor(reference, recorded: nil))
    }
    let argument = tensors.count == 1 ? tensors[0] : .list(tensors)
    self.init(pointer: pointer, positional: [argument], keywords: keywords)
  }
}

extension JSONValue {
  fileprivate var isBareNode: Bool { arrayValue?.first?.stringValue != nil }
}
