import OrderedJSON

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
        // An upgraded model has this where nothing is known.
        let shape = PartialShape(json: object["config"]?["shape"])
        self = .tensor(reference, recorded: shape == [nil] ? .unknown : shape)
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

extension GraphArgument {
  /// Reads a node of Keras 1 or 2: tensors in lists and dictionaries of any depth, the first with the keyword
  /// arguments of the call.
  init(
    keras2Node value: JSONValue, at pointer: JSONPointer, of place: LayerPlace,
    _ keywords: inout [(key: String, value: GraphArgument)]
  ) throws(ArchitectureError) {
    if value.isTensor, let list = value.arrayValue {
      if keywords.isEmpty, let members = list.dropFirst(3).first?.objectValue?.members {
        keywords = members.map { ($0.key, GraphArgument(keras2: $0.value)) }
      }
      // tf.keras writes an argument that is not a tensor as a reference to call −1 of a layer of this name.
      if list[0] == "_CONSTANT_VALUE" {
        self = .value(list[2])
        return
      }
      if let reference = TensorReference(value) {
        self = .tensor(reference, recorded: nil)
        return
      }
    } else if let elements = value.arrayValue {
      var arguments: [GraphArgument] = []
      for (index, element) in elements.enumerated() {
        arguments.append(try GraphArgument(keras2Node: element, at: pointer[index], of: place, &keywords))
      }
      self = .list(arguments)
      return
    } else if let members = value.objectValue?.members {
      var arguments: [(key: String, value: GraphArgument)] = []
      for member in members {
        let argument = try GraphArgument(
          keras2Node: member.value, at: pointer[member.key], of: place, &keywords)
        arguments.append((member.key, argument))
      }
      self = .dictionary(arguments)
      return
    }
    throw place.error(
      "expected a tensor such as [\"dense\", 0, 0]; found \(value.pythonText().prefix(60))", at: pointer)
  }
}

extension JSONValue {
  /// Whether it has the form of a tensor in a node of Keras 1 or 2.
  var isTensor: Bool {
    guard let list = arrayValue, list.count >= 3 else { return false }
    return list[0].stringValue != nil && list[1].wholeNumber != nil
  }
}
