/// A JSON value that keeps what Keras files rely on: the order of keys and the spelling of numbers.
///
/// Foundation's `JSONSerialization` loses key order, turns `1.0` into `1` and refuses the `NaN` and
/// `Infinity` that Python's `json` writes; a configuration has to come back byte for byte.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var intValue: Int? {
    if case .number(let value) = self { value.int } else { nil }
  }

  package var doubleValue: Double? {
    if case .number(let value) = self { value.double } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  package var isNull: Bool { self == .null }

  /// The member of that name, if this is an object that has one.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The value at a place inside this one.
  package subscript(pointer: JSONPointer) -> JSONValue? {
    pointer.components.reduce(self as JSONValue?) { value, component in
      switch component {
      case .key(let key): value?[key]
      case .index(let index):
        value?.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
      }
    }
  }

  /// What the value is, for messages: `an object`, `a string` …
  package var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
  package init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }

  package init(_ value: Int) { self = .number(JSONNumber(value)) }
  package init(_ value: Double) { self = .number(JSONNumber(value)) }
}
