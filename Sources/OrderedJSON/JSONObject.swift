/// A JSON object in the order of its text.
///
/// Look-up is linear: Keras configurations have few keys, and their order matters more.
package struct JSONObject: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package let key: String
    package var value: JSONValue

    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  package private(set) var members: [Member]

  /// The members must have distinct keys.
  package init(_ members: [Member] = []) { self.members = members }

  package var keys: [String] { members.map(\.key) }
  package var isEmpty: Bool { members.isEmpty }

  /// Setting a key that exists keeps its place; a new one goes to the end; `nil` removes it.
  package subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      let place = members.firstIndex { $0.key == key }
      switch (place, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(elements.map { Member(key: $0.0, value: $0.1) })
  }
}
