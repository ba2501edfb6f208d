import OrderedJSON

/// The arguments of a call on their way to Keras 3.
struct UpgradedCall {
  var positional: [GraphArgument]
  var keywords: [(key: String, value: GraphArgument)]

  /// Keras 2 passes a recurrent layer its initial states in one list with the input.
  mutating func splitStates() {
    keywords.removeAll { $0.key == "constants" && $0.value.constant?.isNull ?? false }
    guard positional.count == 1, case .list(let elements) = positional[0], elements.count > 1 else { return }
    positional = [elements[0]]
    keywords.removeAll { $0.key == "initial_state" }
    keywords.append(("initial_state", .list(Array(elements.dropFirst()))))
  }
}

/// An operation of Keras 3 that stands for one of TensorFlow, or for a step of it.
struct UpgradedOperation {
  let name: String
  let object: JSONObject
  let calls: [UpgradedCall]
}

extension GraphArgument {
  /// The argument with every tensor as Keras 3 writes it.
  func json(_ tensor: (TensorReference) -> JSONValue) -> JSONValue {
    switch self {
    case .tensor(let reference, _): tensor(reference)
    case .list(let elements): .array(elements.map { $0.json(tensor) })
    case .dictionary(let members):
      .object(JSONObject(members.map { .init(key: $0.key, value: $0.value.json(tensor)) }))
    case .value(let value): value
    }
  }

  /// The elements of a list, or the argument itself.
  var elements: [GraphArgument] { if case .list(let elements) = self { elements } else { [self] } }

  /// The value, if there is no tensor in it.
  var constant: JSONValue? { references.isEmpty ? json { _ in .null } : nil }
}
